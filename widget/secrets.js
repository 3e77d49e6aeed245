// Pure: does this look like something that support must never be told?

const cue = /(?:pass ?(?:word|code|phrase)?|pwd?|passwort|kennwort|contraseña|mot de passe|كلمة (?:المرور|السر))\s*(?:is|was|ist|es|est|:|=|هي)+\s*["'“]?(\S{4,})/iu;
const notSecrets = /^(?:not?|wrong|rejected|incorrect|invalid|expired|correct|right|too|still|never|always|the|being|gone|lost|forgotten|required|missing|falsch|weg|incorrecta|perdu|refusé)\b/iu;

/** @param {string} digits */
function isCard(digits) {
  const sum = [...digits].reverse().reduce((total, digit, at) => total + (at % 2 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][+digit] : +digit), 0);
  return digits.length >= 13 && digits.length <= 19 && sum % 10 === 0;
}

/** @param {string} token would it do as a password here? */
const isPasswordShaped = (token) => token.length >= 8 && token.length <= 64 && /\p{Lu}/u.test(token) && /\p{Ll}/u.test(token)
  && /[^\p{L}\p{N}\s.,;:!?'"()@/’-]|[!?@#$-](?=.*\p{L})/u.test(token.slice(1)) && !/^(?:https?:|mailto:|www\.)|@.+\.|^[\p{L}'’-]+$/u.test(token);

/** @param {string} text @returns {"" | "password" | "code" | "card"} */
export function looksSecret(text) {
  const said = cue.exec(text)?.[1];
  if (said && !notSecrets.test(said)) return "password";
  if (/\beyJ[\w-]{8,}\.[\w-]{8,}\./.test(text)) return "password";
  if (/(?<![\w-])(?:[B-DF-HJ-NP-TV-Z]{4}-[B-DF-HJ-NP-TV-Z]{4}|\d{6})(?![\w-])/.test(text)) return "code";
  if ((text.match(/\d[\d -]{11,}\d/g) ?? []).some((run) => isCard(run.replace(/\D/g, "")))) return "card";
  return text.split(/\s+/).some(isPasswordShaped) ? "password" : "";
}
