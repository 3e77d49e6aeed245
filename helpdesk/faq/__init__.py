"""The help articles and the matcher that finds the right one.

Knows how an article is written (`faq/**/*.md`), what it says once the facts are filled in, and which
article answers a question, with its reasons. Never knows HTTP, a database, a clock or a visitor: a library
is a value, built from files and then only read, by any number of threads.

Read `article.py` first, then `library.py` (all articles of a folder) and `matcher.py` (a question to a
ranking).
"""
