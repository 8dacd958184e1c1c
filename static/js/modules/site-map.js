// The banners' outlines with the employer's sites; with data-pick a click fills the fields lon and lat.
// There are no tiles: the outlines come from our own server and are enough to place a field or a cellar.
export default async function siteMap(box) {
  const L = window.L;
  if (!L) return;
  const spots = [...box.querySelectorAll("[data-lon]")].map(({ dataset }) => dataset);
  box.replaceChildren();
  box.hidden = false;
  const map = L.map(box, { attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false });
  L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
  const at = (lon, lat) => [Number(lat), Number(lon)];
  const lon = document.querySelector("[name=lon]");
  const lat = document.querySelector("[name=lat]");
  let chosen = null;
  const mark = (point, name = "") => {
    const spot = L.circleMarker(point, { radius: 10, className: "site-map__spot" }).addTo(map);
    if (name) {
      const label = document.createElement("span");
      label.textContent = name;
      spot.bindTooltip(label, { permanent: true, direction: "right", offset: [10, 0] });
    }
    return spot;
  };
  if (spots.length) {
    for (const spot of spots) mark(at(spot.lon, spot.lat), spot.name);
    map.fitBounds(spots.map((spot) => at(spot.lon, spot.lat)), { padding: [40, 40], maxZoom: 10 });
  } else if (box.dataset.pick && lon.value && lat.value && at(lon.value, lat.value).every(Number.isFinite)) {
    chosen = mark(at(lon.value, lat.value));
    map.setView(at(lon.value, lat.value), 10);
  } else map.setView(at(box.dataset.lon || 120.66, box.dataset.lat || 42.87), 9);
  if (box.dataset.pick) {
    map.on("click", ({ latlng }) => {
      lon.value = latlng.lng.toFixed(5);
      lat.value = latlng.lat.toFixed(5);
      chosen?.remove();
      chosen = mark(latlng);
    });
  }
  // Without outlines a click would name a point that nobody can see: words stand there instead.
  const say = () => {
    map.remove();
    box.removeAttribute("role");
    box.className = "site-map--none soft";
    box.textContent = box.dataset.none;
  };
  try {
    const answer = await fetch(box.dataset.outlines);
    if (!answer.ok) return say();
    const outlines = L.geoJSON(await answer.json(), { interactive: false, className: "site-map__outline" });
    outlines.addTo(map).bringToBack();
    outlines.eachLayer((layer) => {
      const { center, name } = layer.feature.properties;
      const label = document.createElement("span");
      label.textContent = name;
      L.marker(at(...center), { interactive: false, keyboard: false, icon: L.divIcon({ className: "site-map__name", html: label, iconSize: null }) }).addTo(map);
    });
  } catch {
    say();
  }
}
