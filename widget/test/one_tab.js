// A page without Web Locks is alone, and so its own leader. Newer versions of Node have locks, a browser's test does.
Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
