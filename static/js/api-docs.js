// Draws the API's document. Swagger UI is served by us, from the sidecar package.
const place = document.getElementById("api");
const root = document.documentElement;
const night = window.matchMedia("(prefers-color-scheme: dark)");

function dress() {
  const theme = root.dataset.theme;
  root.classList.toggle("dark-mode", theme === "dark" || (theme !== "light" && night.matches));
}

night.addEventListener("change", dress);
dress();

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  deepLinking: true,
  docExpansion: "none",
  persistAuthorization: false,
  validatorUrl: null,
});
