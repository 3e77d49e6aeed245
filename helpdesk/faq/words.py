"""Pure: a text → its words, in one spelling for everything that people write in more than one way."""

import re
import unicodedata
from functools import lru_cache

CONTRACTIONS = {
    "can't": "can not", "cant": "can not", "cannot": "can not", "won't": "will not", "wont": "will not",
    "shan't": "shall not", "ain't": "is not", "let's": "let us", "i'm": "i am", "im": "i am", "ive": "i have",
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "wasnt": "was not",
    "arent": "are not", "havent": "have not", "hasnt": "has not", "couldnt": "could not",
    "wouldnt": "would not", "shouldnt": "should not", "whats": "what is", "wheres": "where is",
    "hows": "how is", "thats": "that is", "youre": "you are", "theyre": "they are", "id": "id", "it's": "it is",
    "wanna": "want to", "gonna": "going to", "gotta": "have to", "gimme": "give me", "lemme": "let me",
    "dunno": "do not know", "kinda": "kind of", "u": "you", "ur": "your", "r": "are", "y": "why",
    "ya": "you", "pls": "please", "plz": "please", "plss": "please", "thx": "thanks", "thanx": "thanks",
    "tnx": "thanks", "ty": "thanks", "msg": "message", "acc": "account", "acct": "account", "pwd": "password",
    "pswd": "password", "passwd": "password", "pw": "password", "pass-word": "password",
    "passcode": "password", "passcodes": "password", "pass-code": "password", "passphrase": "password",
    "otp": "verification code", "abt": "about", "bcoz": "because", "bcz": "because", "cuz": "because",
    "b4": "before", "2day": "today", "2moro": "tomorrow", "tmrw": "tomorrow", "asap": "soon", "info": "information",
    "wht": "what", "wen": "when", "hw": "how", "n": "and", "nd": "and", "&": "and", "w/": "with",
    "tel": "phone", "ph": "phone", "no.": "number", "nr": "number", "qty": "quantity", "amt": "amount",
    "mins": "minutes", "hrs": "hours", "sec": "second", "yr": "year", "app's": "app", "cell": "phone",
    "mail": "email", "e-mail": "email", "e-mails": "emails", "mails": "emails", "fav": "favorite",
    "colour": "color", "favourite": "favorite", "centre": "center", "cheque": "check", "tho": "though",
    "thru": "through", "goin": "going", "doin": "doing", "tryna": "trying to", "hafta": "have to",
}  # fmt: skip
"""What people type for short, as whole words. Their long form counts as if they had typed that."""

_PHRASES = (
    (re.compile(r"\b(?:log|sign)(?:ged|ging|s|ning|ed)?[ -](?:on|in)(?:to)?\b(?! (?:sheet|bonus))"), "login"),
    (re.compile(r"\b(?:log|sign)(?:ged|ging|s|ning|ed)?[ -](?:off|out)\b"), "logout"),
    (re.compile(r"\b(?:sign|signed|signing|signs)[ -]up\b"), "signup"),
    (re.compile(r"\b(?:top|topped|topping|tops)[ -]up(s?)\b"), r"topup\1"),
    (re.compile(r"\buser ?(?:id|name)s?\b"), "username"),
    (re.compile(r"\bpass ?words?\b"), "password"),
    (re.compile(r"\be ?mail\b"), "email"),
)
_TOKEN = re.compile(
    r"https?://\S+|www\.\S+"
    r"|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|[^\W\d_]+(?:'[^\W\d_]+)?"
    r"|\d+(?:[.,:]\d+)*(?:st|nd|rd|th)?"
)
_WIDE = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f])")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})


def tokens(text: str) -> list[str]:
    """The words in order, in small letters and without accents; numbers as "#", addresses as "@".

    Chinese, Japanese, Korean and Thai letters each count as a word.
    """
    text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
        text = unicodedata.normalize("NFKC", _WIDE.sub(r" \1 ", text))
    text = text.replace("e-mail", "email").replace("pass-code", "passcode")
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        found += _expanded(match[0])
    return found


@lru_cache(maxsize=20_000)
def _expanded(token: str) -> tuple[str, ...]:
    if token[0].isdigit():
        return ("#",)
    if "@" in token or token.startswith(("http", "www.")):
        return ("@",)
    if token in CONTRACTIONS:
        return tuple(CONTRACTIONS[token].split())
    if token.endswith("n't"):
        return (token[:-3], "not")
    head, _, tail = token.partition("'")
    if tail:
        long = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}.get(tail)
        return (head, long) if long else (head,)
    return (token,)


_IRREGULAR = {
    "forgot": "forget", "forgotten": "forget", "lost": "lose", "paid": "pay", "sent": "send", "got": "get",
    "gotten": "get", "bought": "buy", "went": "go", "gone": "go", "came": "come", "took": "take", "taken": "take",
    "made": "make", "did": "do", "does": "do", "done": "do", "was": "be", "were": "be", "is": "be", "are": "be",
    "am": "be", "been": "be", "being": "be", "had": "have", "has": "have", "gave": "give", "given": "give",
    "found": "find", "kept": "keep", "left": "leave", "said": "say", "told": "tell", "thought": "think",
    "wrote": "write", "written": "write", "chose": "choose", "chosen": "choose", "stole": "steal",
    "stolen": "steal", "broke": "break", "broken": "break", "spoke": "speak", "spoken": "speak", "saw": "see",
    "seen": "see", "knew": "know", "known": "know", "held": "hold", "spent": "spend", "withdrew": "withdraw",
    "withdrawn": "withdraw", "sold": "sell", "met": "meet", "children": "child", "people": "person",
    "men": "man", "women": "woman", "my": "my", "this": "this", "his": "his", "us": "us", "yes": "yes",
    "news": "news", "address": "address", "process": "process", "access": "access", "plus": "plus",
    "always": "always", "gas": "gas", "bus": "bus", "status": "status", "during": "during", "nothing": "nothing",
    "something": "something", "anything": "anything", "everything": "everything", "thing": "thing", "need": "need",
    "could": "can", "would": "will", "used": "use", "cancelled": "cancel", "cancelling": "cancel",
    "canceled": "cancel", "canceling": "cancel", "cancellation": "cancel", "cancelation": "cancel",
}  # fmt: skip


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its English endings; words of three letters or fewer stay as they are."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.isascii():
        return word
    base = word
    if base.endswith("ies") and len(base) > 4:
        base = base[:-3] + "y"
    elif base.endswith(("sses", "shes", "ches", "xes")):
        base = base[:-2]
    elif base.endswith("s") and not base.endswith(("ss", "us", "is")):
        base = base[:-1]
    for ending in ("ing", "ed"):
        rest = base[: -len(ending)]
        if base.endswith(ending) and len(rest) >= 3 and any(c in "aeiouy" for c in rest):
            base = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    for ending, instead in (("ation", ""), ("ment", ""), ("ly", ""), ("ness", ""), ("ity", ""), ("er", "")):
        if base.endswith(ending) and len(base) - len(ending) >= 4:
            base = base[: -len(ending)] + instead
            break
    if base.endswith("e") and len(base) > 3:
        base = base[:-1]
    return base[:-1] + "i" if base.endswith("y") and len(base) > 3 else base
