"""How the tables know who wrote: within it and the conversation a client id is unique, and a file belongs to it."""


def of_visitor(visitor_id: int) -> str:
    """Somebody at the widget."""
    return f"v:{visitor_id}"


def of_agent(agent_id: int) -> str:
    """One of the staff."""
    return f"a:{agent_id}"


def of_requester(conversation_id: int) -> str:
    """Whoever holds a ticket's private link, or answers its mails."""
    return f"t:{conversation_id}"
