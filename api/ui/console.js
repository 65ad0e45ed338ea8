// What the pages need a script for: charts, and times on the reader's own clock.
"use strict";

(() => {
  // A canvas knows no pairs of light and dark: the page says which of them it shows.
  const probe = document.createElement("i");
  const style = (name) => {
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };

  // In the zone that the figures were cut in, whatever the reader's is.
  const draw = (place) => {
    const { starts, mean, moving, low, high } = JSON.parse(place.dataset.chart);
    const zone = place.dataset.zone;
    const line = style("--line");
    const axis = { stroke: style("--text"), grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const of = (label, color, width, dash) => ({
      label, stroke: color, width, dash, spanGaps: true,
      value: (_, value) => value == null ? "–" : value.toFixed(2),
    });
    const faint = style("--faint");
    const options = {
      width: place.clientWidth,
      height: 320,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
      scales: { y: { range: (_, least, most) => [Math.min(least ?? 0, -0.2) - 0.05, Math.max(most ?? 0, 0.2) + 0.05] } },
      axes: [axis, { ...axis, label: "sentiment", labelSize: 24 }],
      series: [
        {},
        of("10 %", faint, 1),
        of("90 %", faint, 1),
        of("mean", style("--accent"), 1, [4, 4]),
        of("moving mean", style("--accent"), 3),
      ],
      bands: [{ series: [2, 1], fill: style("--band") }],
    };
    const times = starts.map((start) => Date.parse(start) / 1000);
    place.replaceChildren();
    place.chart?.destroy();
    place.chart = new uPlot(options, [times, low, high, mean, moving], place);
  };

  const shown = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium" });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  const dress = (root) => {
    for (const place of root.querySelectorAll("[data-chart]")) draw(place);
    for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
      time.title = `${time.textContent} UTC, shown in ${zone}`;
      time.textContent = shown.format(new Date(time.dateTime));
    }
    tick();
  };

  // How long somebody has waited goes on between two boards.
  const tick = () => {
    for (const since of document.querySelectorAll("[data-since]")) {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(since.dataset.since)) / 1000));
      since.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }
  };
  setInterval(tick, 1000);

  const stale = (is) => { document.querySelector(".stale").hidden = !is; };
  document.addEventListener("htmx:sendError", () => stale(true));
  document.addEventListener("htmx:responseError", () => stale(true));
  document.addEventListener("htmx:afterSwap", () => stale(false));

  // A board is told what has changed. Whoever does not look needs no connection: browsers have few.
  const follow = (board) => {
    let source;
    const begin = () => {
      source?.close();
      source = new EventSource(board.dataset.stream);
      source.onopen = () => stale(false);
      source.onerror = () => {
        stale(true);
        // It comes again by itself, but not after it was refused.
        if (source.readyState === EventSource.CLOSED) setTimeout(begin, 5000);
      };
      source.addEventListener("board", (event) => {
        board.innerHTML = event.data;
        tick();
      });
      // Nobody is signed in any more: the page leads to where one signs in.
      source.addEventListener("over", () => location.reload());
    };
    document.addEventListener("visibilitychange", () => document.hidden ? source.close() : begin());
    begin();
  };
  document.querySelectorAll("[data-stream]").forEach(follow);

  const again = () => document.querySelectorAll("[data-chart]").forEach(draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  addEventListener("resize", again);
  document.addEventListener("htmx:load", (event) => dress(event.detail.elt.parentNode ?? document));
  dress(document);
})();
