// What only some visitors need. Loaded once the panel is open, so that a later loss of the network finds it there.
import { readArticle } from "./article.js";
import { cardsFor, countdown, download, transcriptPage } from "./cards.js";
import { PollSocket } from "./poll.js";
import { ruleChecker } from "./rules.js";
import { looksSecret } from "./secrets.js";
import { TicketForm } from "./ticket.js";
import { FileTray } from "./upload.js";

export { FileTray, PollSocket, TicketForm, cardsFor, countdown, download, looksSecret, readArticle, ruleChecker, transcriptPage };
