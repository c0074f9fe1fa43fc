// A GIF plays while it is on screen, unless the reader wants less motion; pressing pauses it.

class MediaPlayer extends HTMLElement {
  connectedCallback() {
    if (this.getAttribute("kind") !== "gif") return;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.video = this.querySelector("video");
    this.sight = new IntersectionObserver(([entry]) => this.#seen(entry), { threshold: 0.5 });
    this.sight.observe(this);
  }

  disconnectedCallback() {
    this.sight?.disconnect();
  }

  #seen({ isIntersecting }) {
    if (isIntersecting) this.video.play().catch(() => {}); // a browser that forbids it shows the controls
    else this.video.pause();
  }
}

customElements.define("media-player", MediaPlayer);
