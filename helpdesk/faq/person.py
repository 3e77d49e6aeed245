"""Pure: does somebody ask for a person? A route of its own, whatever the articles say."""

import re

_PERSON = (
    r"(?:humans?|person|people|somebody|someone|some ?one|agents?|operators?|representatives?|rep|advisors?|advisers?"
    r"|executives?|assistant|employee|staff|team|supervisor|manager|colleague|specialist|real one|anyone|anybody|you)"
)
_DESK = r"(?:customer|client|consumer|technical|tech|user|live|help ?desk|call|contact|support)"
_REACH = (
    r"(?:talk|speak|chat|contact|reach|connect|call|phone|ring|get in touch|get hold|transfer|pass|put|communicate"
    r"|conversation|discuss|forward|escalate|hand|switch|redirect|direct|interact|text|write|message|ask)"
    r"(?:s|ed|ing|ting)?"
)
_ASKS = (
    rf"\b{_REACH}\b.{{0,40}}\b{_PERSON}\b",
    rf"\b{_REACH}\b.{{0,40}}\b{_DESK} ?(?:services?|support|care|centers?|desk|assistance|line|team|help)\b",
    rf"\b{_DESK} ?(?:services?|support|care|centers?|desk|assistance|help ?line|helpline|agents?|numbers?|hotline)\b",
    r"\b(?:real|live|actual|human|free|another) (?:human|person|agents?|support|being|operator|help|chat|assistance)\b",
    r"\b(?:need|want|give|get|find|have|like|see|prefer|is there|any|where is|require)\b.{0,24}"
    r"\b(?:human|agent|operator|representative|real person|live chat|executive|advisor|supervisor|manager)\b",
    r"\b(?:phone|telephone|contact|call|calling|helpline|toll free|hotline|whatsapp|mobile) ?(?:no|number|num|line)s?\b",
    r"\b(?:toll free|helpline|hotline|call ?back|callback|call me|call center|live chat)\b",
    r"\b(?:your|support|contact|company) (?:number|phone|telephone|email address)\b",
    r"\b(?:agent|human|operator|representative|person) (?:please|now|chat|to chat|to talk|here|required|needed)\b",
    r"\bnot (?:a |with (?:a )?|to (?:a )?)?(?:bot|robot|machine|computer)\b",
    r"\bhow (?:do|can|could|should) i (?:contact|reach|call) (?:you|u|them|support)\b",
    r"^(?:an? |the |live |human |real |chat |talk )*(?:agent|human|operator|representative|person|support)(?: chat| please| now)*$",
    r"\b(?:submit|open|create|raise|file|make|send)\b.{0,12}\b(?:ticket|complaint|support request)\b",
    r"\b(?:someone|somebody) (?:please )?(?:help|assist|from|else|real)\b",
)
_NOT = re.compile(
    r"\b(?:travel|estate|insurance) agents?\b|\bcall me (?!back|please|now|asap|on|at|today)\w+"
    r"|\b(?:become|hire|cancel|pay) (?:an? )?(?:agent|operator|manager)\b"
)
_FINDER = re.compile("|".join(f"(?:{ask})" for ask in _ASKS))


def wants_person(question: str) -> bool:
    """True for any wording that asks for a person, the desk's number or hours, a call or a ticket."""
    text = " ".join(re.findall(r"[\w']+", question[:500].lower().replace("centre", "center")))
    return bool(_FINDER.search(text)) and not _NOT.search(text)
