"""Pure: in which language is this? Only sure enough to say that it is none that the articles have."""

import re
import unicodedata

from helpdesk.faq.library import Library
from helpdesk.store.folding import fold

_RANGES = (
    (0x0370, 0x03FF, "el"), (0x0400, 0x052F, "ru"), (0x0590, 0x05FF, "he"), (0x0600, 0x06FF, "ar"),
    (0x0750, 0x077F, "ar"), (0x0900, 0x097F, "hi"), (0x0980, 0x0DFF, "other"), (0x0E00, 0x0E7F, "th"),
    (0x0E80, 0x109F, "other"), (0x10A0, 0x10FF, "other"), (0x1100, 0x11FF, "ko"), (0x1200, 0x137F, "other"),
    (0x1780, 0x17FF, "other"), (0x3040, 0x30FF, "ja"), (0x3400, 0x9FFF, "zh"), (0xAC00, 0xD7AF, "ko"),
    (0x0530, 0x058F, "other"), (0xF900, 0xFAFF, "zh"), (0x20000, 0x3FFFF, "zh"),
)  # fmt: skip


def _set(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


_WORDS = {
    "de": """
        ich du er wir ihr nicht kein keine keinen mein meine meinem meinen habe haben hat ist sind wie wo
        warum und oder das der die dem den ein eine einen einem zu zum zur mit auf für bei kann können
        bitte danke hallo guten tag passwort kennwort vergessen vergesse ändern einloggen anmelden konto
        anmeldung geht funktioniert hilfe brauche möchte zurücksetzen erhalten bekomme falsch mehr wurde
        wird nach von im am es
    """,
    "es": """
        yo tu él mi mis no he ha han la el los las un una unos y o que qué cómo como dónde donde por para
        con sin de del al es está estoy puedo puede quiero necesito ayuda hola gracias buenos buenas días
        tardes favor contraseña clave olvidé olvide olvidado cambiar entrar cuenta sesión iniciar código
        correo llegado llega me se lo le perdí recuperar
    """,
    "fr": """
        je tu il elle nous vous ne pas mon ma mes le la les un une des du de et ou que qui comment où
        pourquoi est suis ai as a avez peux peut veux besoin aide bonjour bonsoir merci s'il plaît mot
        passe oublié changer connecter compte connexion reçu recevoir code avec sans pour dans sur à ça
        j'ai c'est n'ai impossible moi
    """,
    "it": """
        io tu lui noi voi non mio mia il lo la i gli le un una di del della e o che come dove perché è
        sono ho ha posso può voglio bisogno aiuto ciao buongiorno grazie per favore dimenticato cambiare
        entrare accedere codice con senza mi si ricevuto arrivato recuperare
    """,
    "pt": """
        eu tu ele nós não meu minha o a os as um uma de do da e ou que como onde porque é estou tenho
        posso pode quero preciso ajuda olá oi obrigado obrigada bom dia por favor senha esqueci mudar
        trocar entrar conta código com sem para recebi chegou palavra-passe redefinir
    """,
    "nl": """
        ik jij hij wij niet geen mijn het de een en of dat die hoe waar waarom is ben heb heeft kan wil
        nodig hulp hallo dank bedankt alstublieft wachtwoord vergeten wijzigen inloggen account aanmelden
        code met zonder voor op van naar ontvangen werkt
    """,
    "pl": """
        ja ty nie mój moje mojego i lub że jak gdzie dlaczego jest są mam ma mogę może chcę potrzebuję
        pomocy cześć dzień dobry dziękuję proszę hasło hasła zapomniałem zapomniałam zmienić zalogować
        konto konta kod z bez do na się dostałem
    """,
    "tr": """
        ben sen biz değil yok benim bir ve veya ne nasıl nerede neden var mı mi şifre şifremi parola
        unuttum değiştirmek giriş yapamıyorum hesap hesabıma kod merhaba teşekkürler lütfen yardım için
        ile
    """,
    "sv": """
        jag du han vi inte ingen min mitt mina den det en ett och eller att som hur var varför är har kan
        vill behöver hjälp hej tack lösenord lösenordet glömt ändra logga konto kod med utan för på till
        fått
    """,
}
_FOREIGN = {language: _set(words) for language, words in _WORDS.items()}
_ENGLISH = _set(
    """
    i you he she we they it my your me the a an and or not no do does did don't can't cannot can could
    would will is am are was were be been have has had to of in on at for with without from by as if how
    what where why who when which this that there here please help want need get got new old change reset
    password forgot login log account code email mail sign out up hi hello thanks thank yes so but just
    any some more after before never received arrive work works working still use used person human agent
    error problem issue site page link support it's i'm i've isn't doesn't didn't die der data online chat
    browser computer app
    """
)
_SHARED = _set(
    """
    a i no me as o am an so die was has on at in is es per or of met e y
    """
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def foreign_script(text: str) -> str | None:
    """The language whose letters make up most of the text, "other" for an unnamed one; None for Latin."""
    counts: dict[str, int] = {}
    latin = 0
    for letter in text[:500]:
        if not letter.isalpha():
            continue
        point = ord(letter)
        if point < 0x0250 or 0x1E00 <= point <= 0x1EFF:
            latin += 1
            continue
        name = next((name for low, high, name in _RANGES if low <= point <= high), None)
        if name:
            counts[name] = counts.get(name, 0) + 1
    if "ja" in counts and "zh" in counts:
        counts["ja"] += counts.pop("zh")
    if not counts:
        return None
    best = max(counts, key=counts.__getitem__)
    # One such letter carries more than one Latin letter: a product name in Latin changes nothing.
    return best if 2 * sum(counts.values()) >= latin else None


def foreign(text: str) -> str | None:
    """The language of the text where that is surely not English; None for English and for what is unclear."""
    text = unicodedata.normalize("NFKC", text[:500])
    if script := foreign_script(text):
        return script
    # Many type without accents.
    words = [fold(word).replace("’", "'") for word in _WORD.findall(text)]
    if len(words) < 2:
        return None
    english = sum(word in _ENGLISH for word in words)
    best, hits = None, 0
    for language, known in _FOREIGN.items():
        found = sum(word in known and word not in _SHARED for word in words)
        if found > hits:
            best, hits = language, found
    return best if hits >= 2 and hits > english and 3 * hits >= len(words) else None


def has(library: Library, language: str, text: str) -> bool:
    """Whether articles are in this language of `text`: by their `locale`; where that was forgotten, by their letters."""
    told = any(article.locale.startswith(language) for article in library.articles.values())
    return told or (foreign_script(text) is not None and library.engine.languages.has(text, (), ()))
