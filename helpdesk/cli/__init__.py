"""The command line: parse, call one rule, print. Every mistake is one sentence on standard error and exit 2."""
