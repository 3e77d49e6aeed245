// What only some visitors need. Loaded once the panel is open, so that a later loss of the network finds it there.
import { readArticle } from "./article.js";
import { cardsFor, countdown, download, transcriptPage } from "./cards.js";
import { askFirst } from "./confirm.js";
import { isEnding } from "./identity.js";
import { keepInside } from "./inside.js";
import { outlook } from "./outlook.js";
import { PollSocket } from "./poll.js";
import { ruleChecker } from "./rules.js";
import { looksSecret } from "./secrets.js";
import { TicketForm } from "./ticket.js";
import { FileTray } from "./upload.js";

export { FileTray, PollSocket, TicketForm, askFirst, cardsFor, countdown, download, isEnding, keepInside, looksSecret, outlook, readArticle, ruleChecker, transcriptPage };
