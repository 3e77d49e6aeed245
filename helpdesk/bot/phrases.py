"""Pure: every sentence that the assistant says. None of them tells whether an account exists."""

from collections.abc import Mapping

NAME = "Assistant"

PERSON = "Talk to a person"
TICKET = "Submit a ticket"
YES_CAN = "Yes, I can log in"
NO_CANNOT = "No, I cannot log in"
NONE_OF_THESE = "None of these"
NO_CODE = "No code arrived"
STEPS_FAILED = "The steps did not work"
SOMETHING_ELSE = "Something else"

HELLO = "Hello! What can I help you with? A few words are enough, such as “I forgot my password”."
HELLO_AGAIN = "Hello again! What can I do for you?"
WELCOME = "You are welcome! If anything else comes up, just write."
GLAD = "Good to hear. I am here if anything else comes up."
TAKE_YOUR_TIME = "Take your time. I am here."
WHAT_NEXT = "Good. What would you like to do, or what is not working?"
GOODBYE = "Goodbye, and all the best!"
WHO = (
    "I am the assistant of this support desk: a program that knows the help articles. "
    "A person is one press away."
)
ACCOUNT_PROBE = (
    "I cannot see accounts, so I cannot say whether an address has one, and nobody here tells that to others. "
    "To get back into your own, choose [Forgot Password?](/forgot-password): if the address is registered, "
    "a verification code is sent to it."
)
CANNOT_SEE = (
    "I cannot see passwords or verification codes, and neither can our team. "
    "A code only ever comes by e-mail to the registered address; there you can read it."
)
TELL_MORE = "I am not sure what you need. Please tell me in other words what happens, or what you want to do."
NOTHING_HEARD = "Please write in a few words what you need, or what is not working."
ASK_CAN_LOG_IN = "Can you still log in?"
ASK_AGAIN = "The way differs, so I have to ask: do your e-mail address and your password still let you in, on any device?"
DID_YOU_MEAN = "Did you mean …?"
SORRY_WHY = "I am sorry that this did not help. What went wrong?"
OTHER_WORDS = "All right. Please tell me in other words what you need, or choose one of these."
MAYBE_THIS = "Perhaps one of these helps?"
OUT_OF_ANSWERS_HERE = "I have no better answer for this. I am passing you on to a person."
OUT_OF_ANSWERS_AWAY = "I have no better answer for this."
PASSING_ON = "I am passing you on to a person from our team."
SORRY_PASSING_ON = "I am sorry about the trouble. I am passing you on to a person from our team right away."
FAILED = "Something went wrong on my side. I am passing you on to a person from our team; nothing you wrote is lost."
AWAY_QUEUED = (
    "Nobody from our team is here right now. Your conversation waits for the first one who comes back. "
    "If you would rather have the answer by e-mail, submit a ticket: everything you wrote here goes along."
)
AWAY = (
    "Nobody from our team is here right now. You can submit a ticket: everything that you wrote here goes along, "
    "and the answer comes by e-mail."
)
TICKET_HOW = (
    "Choose **Submit a Ticket** below, or open [the form](/tickets/new). Tell us your e-mail address, "
    "and the answer comes there."
)
TOOK_A_WORD = (
    "I removed what looks like a password from your message; nobody has seen it here, and we never need it. "
    "If it is one that you use, please change it: [How to change it](/help/change-password)."
)
TOOK_CODE = (
    "I removed what looks like a verification code; we never ask for one. Do not use that code any more. "
    "It belongs only on the page that asked for it: please [start again](/forgot-password) and get a new one."
)
TOOK_OTHER = (
    "I removed what looks like {what} from your message; nobody has seen it here. "
    "Please never send such things in a chat."
)
TAKEOVER = (
    "If somebody else may be in your account, set a new password now: that signs out every other device. "
    "While you can log in, [change it](/help/change-password); else [reset it](/forgot-password)."
)
NOT_ASKED_FOR = (
    "Then somebody typed your address, perhaps by mistake. Nobody can set a new password without the code "
    "from your mailbox, so give it to nobody. If the e-mail offers **I did not ask for this**, choose that: "
    "it stops the attempt and tells our team."
)
LOST_MAILBOX = (
    "For your safety a verification code goes to the registered e-mail address and nowhere else. "
    "If you cannot get into that mailbox any more, a person from our team has to look into it."
)
NEVER_ASKS = (
    "Our team never asks for your password or a verification code: not here, not by phone, not by e-mail. "
    "Whoever does is not from us: give neither to anybody, and change a password that you have told."
)
TOO_MANY_TRIES = (
    "That is only a pause against guessing; it ends by itself after a while, and nothing is lost. Meanwhile "
    "[Forgot Password?](/forgot-password) sets a new password without the old one."
)
WHICH_ADDRESS = (
    "I cannot see accounts, so try each address that may be the one at [Forgot Password?](/forgot-password): "
    "a code goes to the registered one only. Old e-mails from us in your mailboxes show which it is."
)
ENGLISH_ONLY = "I can answer in English only. A person from our team may know your language: write in it, and I pass you on."
WHAT = {"card number": "a card number", "token": "an access token"}
MORE = "More about this"

FOREIGN: Mapping[str, str] = {
    "de": "Ich kann leider nur auf Englisch antworten. Ein Mensch aus unserem Team hilft Ihnen gern weiter.",
    "es": "Lo siento, solo puedo responder en inglés. Una persona de nuestro equipo le ayudará con gusto.",
    "fr": "Désolé, je ne peux répondre qu’en anglais. Une personne de notre équipe vous aidera volontiers.",
    "it": "Mi dispiace, posso rispondere solo in inglese. Una persona del nostro team la aiuterà volentieri.",
    "pt": "Desculpe, só consigo responder em inglês. Uma pessoa da nossa equipa terá todo o gosto em ajudar.",
    "nl": "Sorry, ik kan alleen in het Engels antwoorden. Iemand van ons team helpt u graag verder.",
    "pl": "Przepraszam, odpowiadam tylko po angielsku. Chętnie pomoże Panu/Pani ktoś z naszego zespołu.",
    "tr": "Üzgünüm, yalnızca İngilizce yanıt verebiliyorum. Ekibimizden biri size memnuniyetle "
    "yardımcı olacaktır.",
    "sv": "Tyvärr kan jag bara svara på engelska. Någon i vårt team hjälper dig gärna vidare.",
    "ru": "К сожалению, я могу отвечать только по-английски. Вам поможет сотрудник нашей команды.",
    "ar": "عذرًا، لا أستطيع الإجابة إلا بالإنجليزية. سيسعد أحد أعضاء فريقنا بمساعدتك.",
    "he": "מצטערים, אני יכול לענות רק באנגלית. מישהו מהצוות שלנו ישמח לעזור.",
    "el": "Λυπάμαι, μπορώ να απαντήσω μόνο στα αγγλικά. Κάποιος από την ομάδα μας θα σας βοηθήσει με χαρά.",
    "zh": "抱歉，我只能用英语回答。我们的同事会很乐意帮助您。",
    "ja": "申し訳ありません。英語でしかお答えできません。担当者が喜んでお手伝いいたします。",
    "ko": "죄송합니다. 저는 영어로만 답변할 수 있습니다. 저희 담당자가 기꺼이 도와드리겠습니다.",
    "hi": "क्षमा करें, मैं केवल अंग्रेज़ी में उत्तर दे सकता हूँ। हमारी टीम का कोई सदस्य आपकी सहायता करेगा।",
    "th": "ขออภัย ฉันตอบได้เฉพาะภาษาอังกฤษ เจ้าหน้าที่ของเรายินดีช่วยเหลือคุณ",
}
"""Said before a hand-over to those who write in a language that no article has."""
FOREIGN_OTHER = "I am sorry, I can only answer in English. A person from our team will gladly help you."


def still_that(title: str, url: str) -> str:
    """The same article came out on top again."""
    return f"My best answer is still the one above, [{title}]({url}). Did one of its steps not work?"


def removed_other(kind: str) -> str:
    """A secret of this kind was taken out of the message."""
    return TOOK_OTHER.format(what=WHAT.get(kind, "something secret"))
