"""Files by mouse or clipboard."""

GIVE = """([kind, names, words]) => {
  const given = new DataTransfer();
  for (const name of names) given.items.add(new File(["1. Press Send"], name, { type: "text/plain" }));
  if (words) given.setData("text/plain", words);
  const event = kind === "paste" ? new ClipboardEvent(kind, { bubbles: true, cancelable: true, clipboardData: given })
    : new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: given });
  return !document.activeElement.dispatchEvent(event);
}"""
"""Hands what has the focus these files, with words where there are any; whether the page took them."""
