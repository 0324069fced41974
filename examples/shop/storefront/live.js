// Told when the page of this person is another one, while it is open.
import { ticket } from "./api.js";

const SOONEST = 2_000;
const LATEST = 60_000;

let source = null;
let timer = 0;
let pause = SOONEST;
let number = 0;

/** Listen for whoever visits now; `changed` is called when the page should be asked for again. */
export async function listen(changed) {
  const mine = ++number;
  clearTimeout(timer);
  source?.close();
  source = null;
  // What happened between two streams nobody told: with the new ticket in hand the page is asked for.
  const anew = () => mine === number && listen(changed).then(changed);
  const again = () => {
    if (mine !== number) return;
    timer = setTimeout(anew, pause);
    pause = Math.min(LATEST, pause * 2);
  };
  let url;
  try {
    url = await ticket();
  } catch {
    return again();
  }
  if (!url || mine !== number) return;
  source = new EventSource(url);
  source.addEventListener("ready", () => (pause = SOONEST));
  source.addEventListener("changed", () => {
    pause = SOONEST;
    changed();
  });
  source.addEventListener("renew", anew);
  // A stream that breaks off is taken up again by the browser; one that is refused is not.
  source.addEventListener("error", () => source?.readyState === EventSource.CLOSED && again());
}
