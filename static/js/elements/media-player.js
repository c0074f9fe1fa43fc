// A GIF plays while it is on screen, unless the reader wants less motion; pressing it pauses it.

class MediaPlayer extends HTMLElement {
  connectedCallback() {
    if (this.getAttribute("kind") !== "gif") return;
    this.video = this.querySelector("video");
    this.button = this.querySelector("button");
    this.video.controls = false;
    this.button.hidden = false;
    this.#pause(matchMedia("(prefers-reduced-motion: reduce)").matches);
    this.addEventListener("click", () => this.#pause(!this.isPaused));
    this.sight = new IntersectionObserver(([entry]) => this.#seen(entry), { threshold: 0.5 });
    this.sight.observe(this);
  }

  disconnectedCallback() {
    this.sight?.disconnect();
  }

  #pause(paused) {
    this.isPaused = paused;
    this.button.setAttribute("aria-pressed", String(paused));
    this.#play();
  }

  #seen({ isIntersecting }) {
    this.isSeen = isIntersecting;
    this.#play();
  }

  #play() {
    if (!this.isSeen || this.isPaused) this.video.pause();
    else this.video.play().catch(({ name }) => (this.video.controls = name === "NotAllowedError"));
  }
}

customElements.define("media-player", MediaPlayer);
