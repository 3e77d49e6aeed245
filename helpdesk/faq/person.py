"""Pure: does somebody ask for a person? A route of its own, whatever the articles say."""

import re

_PERSON = (
    r"(?:humans?|person|people|somebody|someone|some ?one|anyone|anybody|agents?|operators?|rep"
    r"|representatives?"
    r"|advis[oe]rs?|executives?|assistant|employee|staff|team|supervisor|manager|colleague|specialist|you)"
)
_DESK = r"(?:customer|client|consumer|technical|tech|user|live|help ?desk|call|contact|support)"
_HELP = r"(?:services?|support|care|centers?|desk|assistance|line|team|help)"
_REACH = (
    r"(?:talk|speak|chat|contact|reach|connect|call|phone|ring|get in touch|get hold|transfer|pass"
    r"|put|discuss"
    r"|communicate|forward|escalate|hand|switch|redirect|direct|interact|text|write|message"
    r"|ask)(?:s|ed|ing|ting)?"
)
_WANT = r"(?:need|want|give|get|find|have|like|see|prefer|is there|any|where is|require)"
_CHIEF = (
    r"(?:human|agent|operator|representative|real person|live chat|executive|advis[oe]r|supervisor|manager)"
)
_ASKS = (
    rf"\b{_REACH}\b.{{0,40}}\b{_PERSON}\b",
    rf"\b{_REACH}\b.{{0,40}}\b{_DESK} ?{_HELP}\b",
    rf"\b{_DESK} ?(?:services?|support|care|centers?|desk|assistance|help ?line|agents?|numbers?|hotline)\b",
    r"\b(?:real|live|actual|human|another) (?:human|person|agents?|support|being|operator|help|chat"
    r"|assistance)\b",
    rf"\b{_WANT}\b.{{0,24}}\b{_CHIEF}\b",
    r"\b(?:phone|telephone|contact|call|calling|helpline|toll free|hotline|whatsapp) ?(?:no|number"
    r"|num|line)s?\b",
    r"\b(?:toll free|helpline|hotline|call ?back|call me|contact me|call center|live chat)\b",
    r"\b(?:your|support|contact|company) (?:number|phone|telephone|email address)\b",
    r"\b(?:agent|human|operator|representative|person) (?:please|now|chat|to (?:chat|talk|answer)"
    r"|here|needed)\b",
    r"\bnot (?:a |with (?:a )?|to (?:a )?)?(?:bot|robot|machine|computer)\b|\bwith a (?:bot|robot|machine)\b",
    r"\bhow (?:do|can|could|should) i (?:contact|reach|call) (?:you|them|support)\b",
    r"^(?:an? |the |live |human |real |chat |talk )*(?:agent|human|operator|representative|person|support)"
    r"(?: chat| please| now)*$",
    r"\b(?:submit|open|create|raise|file|make|send)\b.{0,12}\b(?:ticket|complaint|case|incident"
    r"|support request)\b",
    r"\b(?:someone|somebody) (?:please )?(?:help|assist|from|else|real)\b",
)
_NOT = re.compile(
    r"\b(?:travel|estate|insurance) agents?\b|\bcall me (?!back|please|now|asap|on|at|today)\w+"
    r"|\b(?:become|hire|cancel|pay) (?:an? )?(?:agent|operator|manager)\b"
    r"|\b(?:my|new|change|update|modify|old) (?:mobile |phone |telephone |contact )?(?:phone|mobile"
    r"|number|no)\b"
    r"|\bput you\b|\bask you (?:about|how|what)\b"
)
_FINDER = re.compile("|".join(f"(?:{ask})" for ask in _ASKS))


_SHORT = {
    "pls": "please", "plz": "please", "plox": "please", "sum1": "someone", "some1": "someone", "any1": "anyone",
    "2": "to", "hooman": "human", "hoomans": "humans", "centre": "center",
}  # fmt: skip


def wants_person(question: str) -> bool:
    """True for any wording that asks for a person, the desk's number or hours, a call or a ticket."""
    words = re.findall(r"[\w']+", question[:500].lower())
    text = " ".join(_SHORT.get(word, word) for word in words)
    return bool(_FINDER.search(text)) and not _NOT.search(text)
