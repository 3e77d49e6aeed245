"""Pure: what a short message is besides a question: a greeting, thanks, a verdict, yes or no, a thumb.

A message is read as a row of such sayings; one word that belongs to none of them, and it is a question.
"""

import re
import unicodedata

from helpdesk.bot.memory import Kind

LONGEST = 12
"""Words of the longest saying."""
MOST_WORDS = 40
_SHORTER = tuple(
    (re.compile(pattern), longer)
    for pattern, longer in (
        (r"\b(do|does|did|is|are|was|were|has|have|had|could|would|should)n'?t\b", r"\1 not"),
        (r"\b(?:can'?t|cannot)\b", "can not"),
        (r"\bwon'?t\b", "will not"),
        (r"\b(\w+)'ll\b", r"\1 will"),
        (r"\bi'?m\b", "i am"),
        (r"\bi'?ve\b", "i have"),
        (r"\b(it|that|what|who)'?s\b", r"\1 is"),
        (r"\b(?:you'?re|u r|ur)\b", "you are"),
        (r"\bu\b", "you"),
        (r"\b(?:pls|plz|plse|pleas|plox)\b", "please"),
        (r"\b(log|sign)(?:ged)?-?in\b", r"\1 in"),
        (r"\b(log|sign)ged in\b", r"\1 in"),
    )
)
GREETING = (
    r"(?:hi+|hey+|hello+|helo|hallo|hiya|howdy|greetings|yo|sup|good (?:morning|afternoon|evening|day)"
    r"|hola|ol[aá]|bonjour|bonsoir|salut|buongiorno|guten tag|cze[sś][cć]|merhaba|hej"
    r"|(?:hi|hello|hey|dear) (?:there|all|team|everyone|support|again|assistant|sir|madam))"
)
_IT = (
    r"(?:(?:it|that|this|these|those|they|you|everything|(?:the|your) (?:steps?|link|code|answer|page))"
    r"(?: (?:just|really|still|sadly|unfortunately|finally|actually|now|all))* )?"
)
_NOT = r"(?:(?:do|does|did|is|are|was|were|has|have|can|could|will|would) )?(?:still )?(?:not|never)"
_HELP = (
    r"(?:(?:really|exactly|quite|even) )*(?:work(?:ing|ed)?|help(?:ing|ed|ful)?|useful|enough"
    r"|right|correct|it|the (?:right )?(?:answer|problem|issue|question|one)|good"
    r"|(?:solve|fix|answer|do) (?:it|this|that|anything|my \w+|the \w+)"
    r"|what i (?:asked|meant|mean|need|want|am looking)(?: for)?|my (?:question|problem|issue))"
)
_AFTER = r"(?: (?:for me|at all|either|sorry|yet|any ?more|much|really|now|again|me|though))*"
_OFTEN = r"(?: (?:of (?:that|it|this|them)|already|before|twice|too|now|(?:\w+ )?times))*"
_DEVICE = r"(?:phone|mobile|laptop|computer|pc|tablet|ipad|device|browser|app|mac|iphone)"
_SAYINGS: tuple[tuple[Kind | None, str], ...] = (
    (
        "did_not_work",
        rf"{_IT}{_NOT} {_HELP}{_AFTER}|still not(?: working)?"
        r"|(?:that|this|it) (?:is|was) (?:just |completely )?(?:wrong|useless|no (?:help|use))"
        r"|(?:the )?wrong (?:answer|one|thing)|wrong|unhelpful|useless"
        r"|no (?:help|luck|joy|use|success|change)(?: at all)?"
        r"|(?:still )?(?:the )?same (?:problem|error|issue|thing|result|message)(?: again)?"
        r"|still (?:the same|nothing|broken|no)|nothing (?:happens|happened|changed|helped|works)"
        r"|(?:i )?(?:have )?(?:already |just )?(?:tried|did|done|read|followed)"
        rf" (?:all|everything|that|it|this|them|the steps){_OFTEN}"
        r"|kinda|kind of|sort of|sorta|partly|partially|somewhat|almost|so so|meh|half"
        r"|not (?:quite|exactly|fully|entirely|completely|yet)",
    ),
    (
        "worked",
        rf"{_IT}(?:(?:has|have|is|was) )?(?:(?:very|really|just|so) )*"
        r"(?:worked|works|helped|helps|helpful|did it|did the trick|working|solved|fixed|resolved|sorted)"
        r"(?: (?:now|fine|perfectly|great|well|for me|out|me|a lot|again|already))*"
        r"|(?:my |the )?(?:problem|issue) (?:is |has been |got )?(?:solved|fixed|resolved|gone)(?: now)?"
        r"|all (?:good|set|sorted)(?: now)?|i am (?:back )?in(?: again)?(?: now)?"
        r"|i (?:got|can get|could get) (?:back )?in(?: again)?(?: now)?"
        r"|(?:i )?(?:found|solved|fixed|figured) it(?: out| in (?:my |the )?(?:spam|junk)(?: folder)?)?(?: myself| now)?"
        r"|(?:it|(?:the|my) (?:code|mail|e ?mail)) (?:(?:has|just|now|finally) )*(?:came|come|arrived|showed up|turned up)"
        r"(?: now| through| in)*|(?:it|(?:the|my) (?:code|mail|e ?mail)) (?:is|was) (?:in (?:my |the )?(?:spam|junk)(?: folder)?|here)"
        r"|that is (?:it|exactly it|what i needed)",
    ),
    (
        "cannot_log_in",
        r"i can not(?: (?:log|sign|get) in)?(?: any ?more| at all| right now)?|not (?:log|sign) in"
        r"|(?:i am )?(?:locked|logged|signed) out(?: of (?:it|my account))?|i am not (?:log|sign) in",
    ),
    (
        "can_log_in",
        r"i (?:still )?can(?: still)?(?: (?:log|sign|get) in)?(?: fine| normally)?"
        r"|i am (?:still |already )*(?:log|sign) in(?: now| already)?",
    ),
    (
        "no",
        r"n|noo?|nope|nah|nay|not (?:really|at all)|absolutely not|no way|negative"
        r"|it (?:did|does|is|has) not|i (?:do|did|am) not"
        r"|i do not (?:think|believe) so|(?:unfortunately|sadly|i am afraid) not",
    ),
    (
        "yes",
        r"y|yess?|yeah|yeahh|yea|yep|yup|ya|sure(?: thing)?|of course|correct|right"
        r"|(?:it|that) (?:did|does|is)|i (?:do|did|am)|absolutely|definitely|certainly|indeed|exactly|true|i (?:think|guess|believe|suppose) so|mhm"
        r"|that is (?:right|correct|true)",
    ),
    (
        "goodbye",
        r"(?:good ?)?bye(?: ?bye)?(?: now)?|see (?:you|ya)(?: later)?|cya|ciao|take care|good night"
        r"|have a (?:nice|good|great|lovely) (?:day|one|evening|weekend)",
    ),
    (
        "who_are_you",
        r"(?:who|what) (?:are you|is this)|are you (?:a |an )?(?:ro)?bot|are you (?:a )?(?:machine|program"
        r"|computer|ai|real)|(?:who|what) am i (?:talking|speaking|chatting|writing) (?:to|with)"
        r"|what is your name|is this (?:a |an )?(?:(?:ro)?bot|ai)|what can you do|are you chat ?gpt"
        r"|(?:is )?any(?:one|body)(?: (?:there|here|home))?|(?:are )?you (?:still )?there",
    ),
    (
        "wait",
        r"(?:i will|let me|i am going to|i am|going to|will) (?:try|check|look|do|trying|checking|looking|doing)"
        r"(?: (?:it|that|this|now|again|later|out|so|and see))*|(?:one|just a|a|give me a|wait a|hold on a)"
        r" (?:moment|minute|min|mins|second|sec)|wait|hang on|hold on|brb|be right back|in a (?:moment|minute)"
        r"|(?:trying|checking)(?: (?:it|that|this|now|again))*|not (?:tried|done) (?:it|that) yet",
    ),
    (
        "nothing",
        r"help(?: me)?(?: out)?|(?:can|could|will|would) you (?:please )?help(?: me)?(?: out)?"
        r"|i (?:really |just |still )?need (?:some |your )?(?:help|assistance)"
        r"(?: with (?:(?:my|the|a|an) )?(?:account|problem|issue|something|this|question))?"
        r"|i (?:have|got|have got) (?:a |an |some )?(?:problems?|questions?|issues?|trouble)|sos|test(?:ing)?"
        r"|something is (?:wrong|not working)|not sure|i am not sure|maybe|perhaps|i do not know|i dunno"
        r"|dunno|idk|no idea|i have no idea|how (?:would|should) i know|what|huh|why|how",
    ),
    (
        "thanks",
        r"(?:(?:many|no|ok) )?(?:thanks|thank you|thank u|thx|thnx|thanx|tnx|ty|tysm|cheers|thankyou"
        r"|much appreciated|(?:i )?appreciate (?:it|that|your help))(?: (?:so much|very much|a lot|lots"
        r"|a bunch|a million|again|anyway|all|mate|buddy|guys|man|you|for helping(?: me)?"
        r"|for (?:the|your|all your) (?:help|support|answer|time|quick \w+)))*"
        r"|ok(?:ay)?|k|kk|great|super|perfect|cool|nice|wonderful|awesome|excellent|good|fine|alright"
        r"|all right|got it|i see|understood|will do|never ?mind|nvm|that is (?:great|all|perfect|fine|good)"
        r"|(?:good|nice|great) (?:bot|job|work)"
        r"|you are (?:(?:so|very|a|an|the|my) )*(?:great|helpful|awesome|best|life ?saver|star|legend|hero)",
    ),
    ("greeting", rf"{GREETING}(?: how are you(?: doing)?(?: today)?)?|how are you(?: doing)?(?: today)?"),
    (
        None,
        r"please|sorry|well|oh|so|then|lol|haha|hm+|um+|uh|ah|and|but|though|mate|buddy|now|just|actually"
        r"|again|only|wow|still"
        rf"|not (?:on|from) (?:my|the|another|a) (?:\w+ )?{_DEVICE}"
        rf"|(?:on|from|with) (?:my|the|another|a|an|one) (?:\w+ )?{_DEVICE}",
    ),
)
_KINDS = tuple(kind for kind, _ in _SAYINGS)
_SAYING = re.compile("|".join(f"({pattern})" for _, pattern in _SAYINGS))
_SIGNS: tuple[tuple[Kind, str], ...] = (
    ("angry", "😡🤬😠🖕"),
    ("no", "👎❌🚫🙅"),
    ("yes", "👍✅✔👌🆗💯"),
    ("thanks", "🙏❤😊🙂😀😃😄😁😍🥰🎉🙌👏💚💙🤝"),
    ("greeting", "👋"),
)
_REPEATED = re.compile(r"([a-z])\1{2,}")


def kind_of(words: str) -> Kind | None:
    """What these plain words amount to; None where any of them may be part of a question."""
    rest = words.split()
    if not 1 <= len(rest) <= MOST_WORDS:
        return None
    found: set[Kind | None] = set()
    while rest:
        length, kind = _longest(rest[:LONGEST])
        if not length:
            return None
        found.add(kind)
        rest = rest[length:]
    return next((kind for kind in _KINDS if kind in found and kind), "nothing")


def sign_of(text: str) -> Kind | None:
    """What a message without words says by its pictures; None when they tell nothing."""
    return next((kind for kind, signs in _SIGNS if any(sign in text for sign in signs)), None)


def plain(text: str) -> str:
    """Small letters, single spaces, no marks; "can't", "cant" and "cannot" are one."""
    text = unicodedata.normalize("NFKC", text).replace("’", "'").lower()
    text = "".join(letter if letter.isalnum() or letter == "'" else " " for letter in text)
    text = _REPEATED.sub(r"\1\1", " ".join(text.split()))
    for pattern, longer in _SHORTER:
        text = pattern.sub(longer, text)
    return " ".join(text.replace("'", " ").split())


def _longest(words: list[str]) -> tuple[int, Kind | None]:
    """How many of the words are one saying, and which; (0, None) when none begins here."""
    if _SAYING.match(" ".join(words)):
        for length in range(len(words), 0, -1):
            if match := _SAYING.fullmatch(" ".join(words[:length])):
                return length, _KINDS[(match.lastindex or 1) - 1]
    return 0, None
