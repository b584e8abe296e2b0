// Begins the page when its texts are there. Not by an await in texts.js itself: WebKit runs the modules that share such
// a one in the wrong order.

import { loadTexts } from "./texts.js";

loadTexts().then(() => import("./page.js"));
