// What only some visitors need. Loaded once the panel is open, so that a later loss of the network finds it there.
import { readArticle } from "./article.js";
import { download, emailCard, rating } from "./cards.js";
import { ruleChecker } from "./rules.js";
import { TicketForm } from "./ticket.js";
import { FileTray } from "./upload.js";

export { FileTray, TicketForm, download, emailCard, rating, readArticle, ruleChecker };
