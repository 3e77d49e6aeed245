"""Pure: the words that introduce secrets, in many languages, and those that follow without being one."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


PASSWORD_CUES = (
    # English, with what people type for short
    r"pass ?words?", r"pass-words?", r"pas+w?or?ds?", r"passwrd", r"pasword", r"passwor", r"passwd",
    r"passw", r"pass ?codes?",
    r"pass ?phrases?", r"pass", r"pwd", r"pswd", r"psw", r"pw",
    # German, Dutch, the North
    r"passw(?:o|ö)rt(?:e|er)?", r"paßwort", r"kennw(?:o|ö)rt(?:er)?", r"zugangscode",
    r"wachtwoord(?:en)?", r"lösenord(?:et)?",
    r"losenord(?:et)?", r"adgangskode(?:n)?", r"passord(?:et)?", r"kodeord(?:et)?", r"salasana(?:ni)?",
    # Spanish, Portuguese, French, Italian, Romanian
    r"contraseñas?", r"contrasenas?", r"clave(?: de acceso)?", r"senhas?", r"palavra[- ]passe",
    r"mots? de passe", r"mdp",
    r"parola d'ordine", r"parola(?: mea)?",
    # Polish, Czech, Slovak, Croatian, Hungarian, Turkish, Indonesian, Vietnamese
    r"has[lł]o", r"heslo", r"lozinka", r"zaporka", r"jelszó", r"jelszo", r"jelszavam", r"şifrem?",
    r"sifrem?", r"parolam", r"kata sandi",
    r"mật khẩu(?: của tôi)?",
    # Cyrillic, Greek
    r"пароль", r"пароля", r"парол[аь]?", r"лозинка", r"κωδικός πρόσβασης", r"κωδικός μου",
)  # fmt: skip
WIDE_CUES = (
    r"密码", r"密碼", r"口令", r"パスワード", r"暗証番号", r"비밀번호", r"패스워드", r"비번",
    r"كلمة (?:المرور|السر)(?: الخاصة بي)?",
    r"סיסמ(?:ה|א|תי)(?: שלי)?", r"पासवर्ड", r"รหัสผ่าน(?:ของฉัน)?",
)  # fmt: skip
"""Written without spaces, or in letters of their own: what follows is a run of Latin characters."""

IS = (
    r"(?:used to|should|will|would|might|could|must|may|can) be", r"is", r"was", r"are", r"were", r"be",
    r"ist", r"war", r"lautet", r"es", r"era", r"est", r"était", r"è", r"é", r"e'",
    r"to", r"jest", r"är", r"er", r"var", r"on", r"je", r"bylo", r"este", r"это", r"был", r"είναι",
    r"adalah", r"là", r"हैं?", r"equals",
    r"s", r"'s", r"’s", r"het", r"luidt",
)  # fmt: skip

FILLERS = _set(
    """
    now still actually currently probably maybe just only always simply exactly really definitely
    supposedly called set to be used the a an my new old current this that it following as follows like or
    and not either jetzt noch immer nur neu neue neues altes das mein nun ahora todavía siempre la mi
    nueva el maintenant encore toujours le mon nouveau ma nova antiga minha agora now: follows: following:
    text tried typed
    """
)
"""May stand between "password is" and the password itself."""

# Words that follow "password is" in sentences about a password.
ORDINARY = _set(
    """
    a about above absolutely accepted accurate active actually after again all allowed already also always
    am an and any anymore appearing apparently are around as ask asking at auto available away back bad
    banned based be because been before being below better between blank blocked both broken but by can
    cannot cancelled case changed changing clear clearly coming common complete completely complex
    complicated compromised confirmed confusing considered correct correctly corrupt could currently dead
    deleted denied different difficult disabled displayed does doesn doing don done down due each easy
    either else emailed empty encrypted enough entered equal error even ever every exactly existing
    expired expiring fail failed failing false field fields fine first follow following for forbidden
    forced forget forgot forgotten found from full fully getting giving given going gone good gray great
    greyed guessed hacked had hard has hashed have having hello help her here hers hidden his how however
    i if ignored illegal immediately impossible in inactive incomplete incorrect indeed ineffective
    insecure inside instead into invalid invisible irrelevant isn isnt it its just kept known lacking last
    later leaked least less like linked local locked long longer lost made mandatory many masked matched
    matching may maybe me mentioned mismatched misspelled missing mistyped more most much must my near
    necessary needed never new next no nobody none nonsense nope not nothing now null obsolete obviously
    of off ok okay old on once one only open optional or other otherwise our ours out outdated over
    perfect perfectly persistent please possible private probably problem problematic protected public
    quite random rather read ready really reason recognised recognized refused registered rejected
    remembered repeated required reset resetting restricted right safe same saved second secret secure
    sent set several shared short should shown simple simply since so some somehow something somewhere
    sometimes still stolen stored strange strong stuck such supposed sure tedious temporary terrible than
    that the their theirs them then there these they thing this those though three through tied to today
    together too totally tricky true twice two typed unable unacceptable unavailable unclear undefined
    under understood unique unknown unless unlocked unreadable unrecognised unrecognized unsafe
    unsupported until unusable up updated updating upper uppercase lowercase useless useful usually valid
    very vanished visible void was weak weird well were what when where whether which while who why will
    with within without work worked working works worthless would wrong yes yesterday yet you your yours
    recovery manager managers protection policy policies rules rule requirements requirement change
    changes page form box link button screen prompt strength length hint question questions and/or email
    login username account user users code codes verification problems issue issues support generator
    history reuse expiry expiration keeper vault hash hashing reminder attempt attempts update recover
    retrieve mine remember confusion everything anything someone somebody everyone anyone sensitive bit
    little pain joke nightmare mess dog's dogs mother's key keys part step steps subject topic nicht
    falsch vergessen verloren richtig ungültig gesperrt abgelaufen weg zu kurz lang schwach noch immer
    leider nur mein das der die ein eine kein keine wurde wird geändert bekannt unbekannt gültig mehr
    sicher unsicher nötig notwendig für bei mit und oder aber wie wo warum bitte auch schon jetzt leer
    gestohlen gehackt zurücksetzen ändern setzen incorrecta incorrecto olvidada olvidado perdida inválida
    invalida válida mal bloqueada caducada muy demasiado corta larga débil segura la el una un mi que y o
    pero para por con sin de del en ya también nueva vieja correcta correcto errónea erronea equivocada
    necesaria obligatoria vencida expirada pas oublié oubliée incorrecte invalide faux fausse perdu perdue
    bloqué bloquée expiré trop court courte faible le les une mon ma ne n'est n'a et ou mais pour par avec
    sans du des déjà aussi toujours refusé refusée correcte nouveau nécessaire obligatoire erroné sécurisé
    non sbagliata sbagliato scaduta dimenticata errata errato corretta persa bloccata troppo lunga debole
    sicura il lo uno mia mio e per senza di già anche ancora nuova necessaria valida não nao errada errado
    esquecida incorreta muito fraca curta uma um minha meu mas com sem já também nova necessária niet geen
    fout verkeerd vergeten ongeldig geblokkeerd verlopen te kort zwak mijn het een maar voor met zonder al
    ook nog nieuw juist onjuist geweigerd nie jest błędne zapomniane nieprawidłowe złe wygasło za krótkie
    moje lub ale do z bez już też nowe poprawne inte fel glömt ogiltigt för mitt och eller men med utan
    nytt rätt yanlış unuttum geçersiz çok kısa değil benim ve veya ama için не неверный неправильный забыл
    забыла забыт утерян работает слишком короткий мой и или но для без от уже новый истёк
    """
)
NAMING = _set("just literally simply called now actually currently only einfach solo simplemente juste")
"""May stand between "password is" and even a plain word that is the password."""
COMPLAINTS = _set(
    """
    incorrect invalid wrong not no must required error failed expired please password passwords too cannot
    can't forgotten forgot lost the a my it this that what always never in on at only so very still
    already used something
    """
)
"""Words that make what stands in quotes, or after "passphrase is", a sentence and no secret."""
MORPHOLOGY = (
    "ing", "ed", "ly", "able", "ible", "ful", "less", "n't", "n’t", "ical", "ous", "ent", "ant", "ive",
    "ada", "ado", "ida", "ido", "ata", "ato", "uta", "uto", "ée", "iert",
)  # fmt: skip
"""Endings of plain words that carry on a sentence: "my password is shared", "is confusing"."""

CLAUSE_ENDS = _set(
    """
    with and but or please why can could it what that so thanks thank however because when if then i you how
    is
    for und aber oder bitte danke y pero o por gracias et mais ou merci s'il e ma per grazie mas obrigado
    en maar of alstublieft a
    """
)

CODE_LIKE_WORDS = _set(
    """
    html http xhtml smtp sftp dhcp snmp nntp pptp xmpp https mstr msgs txts pfft psst grrr brrr hmmm shhh
    zzzz xxxx thnx plss mmmm ssss hhhh kkkk dddd lttp ftps mpls gprs cdma vlan vpns mp3s pdfs jpgs pngs
    cdrs dvds nfts llms hdmi ssds hdds bbbb tttt nnnn rrrr wxyz lmnp qwrt gmbh rtfm gdpr ctrl wtfs pcts
    brbs bffs dvrs pwds tbsp kgbx cccp
    """
)
"""Four consonants that people do write: two of them side by side are no verification code."""

HARMLESS_CODES = (
    r"error|zip|post(?:al)?|country|area|dial(?:l?ing)?|promo(?:tion(?:al)?)?|discount|coupon|"
    r"voucher|gift|product|order|qr|bar|"
    r"source|tracking|booking|reference|status|exit|response|http|dress|sort|swift|bic|bank|"
    r"branch|colou?r|item|part|article|model|"
    r"tax|vat|airport|currency|language|referral|invite|invitation|campaign|class|course|customer|"
    r"client|department|morse|"
    r"hex|serial|shipping|store|shop|return|rma|case|ticket|fehler|bestell|post|código postal|postleitzahl"
)
"""A code with one of these words before it opens no door."""
