// The front door: the elements define themselves, the tab goes live for those who are logged in.

import "elements/alt-reminder";
import "elements/blur-hash";
import "elements/compose-dialog";
import "elements/confirm-dialog";
import "elements/conversation-list";
import "elements/live-counts";
import "elements/live-notifications";
import "elements/load-more";
import "elements/local-time";
import "elements/media-player";
import "elements/media-tray";
import "elements/media-viewer";
import "elements/menu-button";
import "elements/message-badge";
import "elements/message-composer";
import "elements/message-outbox";
import "elements/message-thread";
import "elements/new-posts";
import "elements/poll-box";
import "elements/share-button";
import "elements/retweet-menu";
import "elements/search-box";
import "elements/shortcut-help";
import "elements/text-counter";
import "elements/toast-region";
import "elements/tweet-composer";
import "elements/tweet-feed";
import "elements/undo-row";
import "elements/unread-badge";
import "elements/weight-sliders";
import "elements/word-completer";
import { startBusy } from "lib/busy";
import { startEscape } from "lib/escape";
import { goLive } from "lib/live";
import { startOutgoing } from "lib/messages";
import { startMakingRoom } from "lib/making-room";
import { startOptimism } from "lib/optimistic";
import { startPlace } from "lib/place";
import { startStrip } from "lib/strip";
import { startPlainForms } from "lib/plain-forms";
import { startTravel } from "lib/travel";
import { startWorker } from "lib/worker";

startOptimism();
startBusy();
startEscape();
startStrip();
startTravel();
startPlace();
startMakingRoom();
startPlainForms();
startWorker();
if (document.body.dataset.viewer) {
  goLive();
  startOutgoing();
}
