namespace RenderFarm.Report;

/// <summary>The page's style sheet and script.</summary>
internal static class ReportAssets
{
    public const string Style = """
        :root {
          color-scheme: light; --ground: #f5f5f2; --card: #ffffff; --text: #1b1d22; --quiet: #5b606b; --line: #dcdcd6; --grid: #ebebe6; --accent: #2a59c8;
          --good: #17693f; --good-soft: #e2f2e8; --bad: #b3261e; --bad-soft: #fbe6e3; --warn: #8a5200; --warn-soft: #fbeed6; --plain-soft: #ececea;
          --fair: #9aa1ad; --price: #c9cfdb; --price-used: #2a59c8; --c0: #c4281f; --c1: #a35a00; --c2: #8436c2; --c3: #bf1f75; --c4: #0b7285; --c5: #5f6b00;
          --p0: #2a59c8; --p1: #7b9be8; --p2: #b9a0e6; --p3: #d9a441; --p4: #9aa1ad; --shadow: 0 1px 2px rgb(0 0 0 / .05), 0 6px 20px rgb(0 0 0 / .05);
        }
        :root[data-theme=dark] {
          color-scheme: dark; --ground: #101216; --card: #191c22; --text: #e9eaee; --quiet: #a3a9b6; --line: #2e333d; --grid: #262a33; --accent: #86abff;
          --good: #5fd39b; --good-soft: #14301f; --bad: #ff8d84; --bad-soft: #3a1917; --warn: #f0be5c; --warn-soft: #34270d; --plain-soft: #272b33;
          --fair: #6d7482; --price: #39404d; --price-used: #86abff; --c0: #ff7a70; --c1: #f2a74b; --c2: #c79bff; --c3: #ff86c3; --c4: #5ad1e3; --c5: #c6d34a;
          --p0: #86abff; --p1: #4b6cb8; --p2: #9c83cf; --p3: #d9a441; --p4: #6d7482; --shadow: none;
        }
        * { box-sizing: border-box; }
        html { scroll-behavior: smooth; scroll-padding-top: 64px; }
        body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
        main { max-width: 1080px; margin: 0 auto; padding: 24px 20px 8px; }
        h1 { font-size: clamp(1.6rem, 3.4vw, 2.3rem); line-height: 1.15; margin: 0 0 8px; letter-spacing: -.015em; }
        h2 { font-size: 1.3rem; margin: 0 0 10px; letter-spacing: -.01em; }
        h3 { font-size: 1rem; margin: 0; }
        h3::first-letter { text-transform: uppercase; }
        p { margin: 0 0 12px; }
        code, pre { font: .82rem/1.5 ui-monospace, "Cascadia Code", Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
        pre { margin: 0; white-space: pre-wrap; background: var(--ground); border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; }
        a { color: var(--accent); }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .skip { position: absolute; left: -999px; } .skip:focus { left: 12px; top: 12px; z-index: 9; background: var(--card); padding: 8px 12px; }
        .bar { position: sticky; top: 0; z-index: 5; display: flex; align-items: center; gap: 8px; padding: 8px 20px; background: color-mix(in srgb, var(--ground) 88%, transparent); backdrop-filter: blur(8px); border-bottom: 1px solid var(--line); }
        .bar nav { display: flex; gap: 4px; overflow-x: auto; margin-right: auto; scrollbar-width: none; }
        .bar nav a { color: var(--quiet); text-decoration: none; font-size: .88rem; padding: 5px 9px; border-radius: 6px; white-space: nowrap; }
        .bar nav a:hover { color: var(--text); background: var(--plain-soft); }
        #theme, .chips button, dialog button { font: inherit; font-size: .88rem; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 4px 11px; cursor: pointer; }
        #theme:hover, .chips button:hover { border-color: var(--accent); }
        section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 22px 24px; margin: 20px 0; box-shadow: var(--shadow); }
        .intro, .subtitle, .note, .by { color: var(--quiet); } .intro { max-width: 78ch; }
        .hero { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.12fr); gap: 28px; align-items: start; }
        figure { margin: 0; } img { display: block; max-width: 100%; height: auto; } img.exact { image-rendering: pixelated; }
        .final img { width: 100%; border-radius: 12px; box-shadow: var(--shadow); }
        .verdict { display: flex; gap: 12px; align-items: flex-start; padding: 13px 16px; border-radius: 12px; border: 1px solid; }
        .verdict.good { background: var(--good-soft); border-color: color-mix(in srgb, var(--good) 35%, transparent); } .verdict.bad { background: var(--bad-soft); border-color: color-mix(in srgb, var(--bad) 45%, transparent); }
        .verdict.good b, .verdict.good .mark { color: var(--good); } .verdict.bad b, .verdict.bad .mark { color: var(--bad); } .mark { font-weight: 700; }
        .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 1px; margin: 18px 0 0; background: var(--line); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
        .facts > div { background: var(--card); padding: 12px 14px; flex: 1; } .facts dt { color: var(--quiet); font-size: .82rem; } .facts dd { margin: 0; font-size: 1.22rem; font-weight: 620; font-variant-numeric: tabular-nums; line-height: 1.3; }
        .facts dd.note { font-size: .8rem; font-weight: 400; }
        .split { display: grid; grid-template-columns: auto 1fr; gap: 12px 36px; align-items: center; margin-bottom: 12px; } .split > p:last-child { max-width: 62ch; }
        .pair { display: flex; gap: 32px; } .big { margin: 0; } .big b { display: block; font-size: 2rem; line-height: 1.15; letter-spacing: -.02em; font-variant-numeric: tabular-nums; } .big span { color: var(--quiet); font-size: .85rem; } .big.good b { color: var(--good); } .big.bad b { color: var(--bad); }
        .scroll { overflow-x: auto; } .chart { display: block; width: 100%; min-width: 640px; height: auto; font-size: 12px; }
        .chart text { fill: var(--text); } .chart .quiet { fill: var(--quiet); } .chart .grid { stroke: var(--grid); } .chart .axis { stroke: var(--quiet); } .chart .limit { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 5 4; }
        .chart .allowed { fill: var(--good-soft); } .chart .whisker { stroke-width: 2; } .chart .whisker.good { stroke: var(--good); } .chart .whisker.bad { stroke: var(--bad); } .chart .dot.good { fill: var(--good); } .chart .dot.bad { fill: var(--bad); }
        .chart .price { fill: var(--price); } .chart .price.used { fill: var(--price-used); } .chart rect.job { fill: var(--price-used); opacity: .82; } .chart g:hover rect.job { opacity: 1; } .chart text.job { fill: var(--card); font-size: 11px; }
        .line { cursor: pointer; outline: none; } .line path { fill: none; } .line .stroke { stroke: var(--fair); stroke-width: 1.5; stroke-linejoin: round; } .line .reach { stroke: transparent; stroke-width: 12; } .line .leader { stroke: var(--grid); } .line .name { fill: var(--quiet); }
        .line.cheat .stroke { stroke-width: 2.2; stroke: var(--c); } .line.cheat .name, .line .stop { fill: var(--c); } .line.cheat .name { font-weight: 650; } .line .stop { font-weight: 800; font-size: 15px; paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
        .line.fair { --c: var(--fair); } .c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); } .c4 { --c: var(--c4); } .c5 { --c: var(--c5); }
        .lines.focus .line { opacity: .18; } .lines.focus .line.on { opacity: 1; } .line.on .stroke { stroke-width: 3; } .line.on .name { font-weight: 700; fill: var(--text); }
        .keys { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 0 0 10px; padding: 0; font-size: .86rem; color: var(--quiet); } .keys li { display: flex; align-items: center; gap: 8px; } .keys li::before { content: ""; width: 22px; height: 3px; border-radius: 2px; background: var(--fair); } .keys .cheat::before { background: linear-gradient(90deg, var(--c0) 33%, var(--c1) 33% 66%, var(--c2) 66%); } .keys .stop::before { content: "✕"; width: auto; height: auto; background: none; color: var(--text); font-weight: 800; }
        .strips { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 14px; } .strip { border: 1px solid var(--line); border-radius: 12px; padding: 12px 14px 10px; min-width: 0; } .strip .by { margin: 0 0 4px; } .strip .truth { margin: 4px 0 0; }
        .watched { display: block; width: 100%; height: auto; font-size: 11px; } .watched .grid { stroke: var(--grid); } .watched .axis { stroke: var(--line); } .watched circle.honest { fill: var(--accent); } .watched circle.forged { fill: var(--bad); } .watched .passed { fill: var(--quiet); } .watched .failed { fill: var(--bad); font-weight: 800; font-size: 13px; } .watched .turn { stroke: var(--warn); stroke-width: 3; }
        .keys.watch li::before { width: 10px; height: 10px; border-radius: 50%; background: var(--accent); } .keys.watch .forged::before { background: var(--bad); } .keys.watch .turned::before { width: 4px; height: 16px; border-radius: 2px; background: var(--warn); }
        .chart .halo { paint-order: stroke; stroke: var(--card); stroke-width: 5px; }
        .chips { display: flex; flex-wrap: wrap; gap: 6px; margin: 0 0 16px; } .chips button[aria-pressed=true] { background: var(--accent); border-color: var(--accent); color: var(--card); }
        .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 16px; }
        .exhibit { border: 1px solid var(--line); border-radius: 12px; padding: 14px; } .exhibit[hidden] { display: none; } .by { font-size: .85rem; margin: 0 0 10px; }
        .triple { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px; } .triple img { width: 100%; border-radius: 6px; } .triple figcaption { font-size: .78rem; color: var(--quiet); margin-top: 4px; line-height: 1.3; overflow-wrap: anywhere; }
        .enlarge { display: block; width: 100%; padding: 0; border: 0; background: none; cursor: zoom-in; } .missing { aspect-ratio: 1; display: grid; place-items: center; color: var(--quiet); background: var(--plain-soft); border-radius: 6px; font-size: .85rem; }
        .outcome { margin: 10px 0 0; font-size: .88rem; } .outcome .mark { margin-right: 6px; } .outcome.good .mark { color: var(--good); } .outcome.bad { color: var(--bad); font-weight: 600; }
        .ramp { display: flex; gap: 10px; align-items: center; color: var(--quiet); font-size: .82rem; margin: 14px 0 0; } .scale { height: 10px; flex: 0 1 220px; border-radius: 5px; background: linear-gradient(90deg, #080820, #421468, #932667, #dd513a, #fca50a, #fcffb8); }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; } th, td { text-align: left; padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; } thead th { color: var(--quiet); font-weight: 550; font-size: .82rem; } tbody th { font-weight: 600; white-space: nowrap; } tbody tr:last-child > * { border-bottom: 0; }
        .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; padding-right: 18px; } .truth { font-size: .86rem; } .truth.cheat { color: var(--bad); } .truth.fair { color: var(--quiet); }
        .badge { display: inline-block; font-size: .8rem; font-weight: 620; padding: 1px 9px; border-radius: 99px; white-space: nowrap; } .badge.good { color: var(--good); background: var(--good-soft); } .badge.bad { color: var(--bad); background: var(--bad-soft); } .badge.warn { color: var(--warn); background: var(--warn-soft); } .badge.plain { color: var(--quiet); background: var(--plain-soft); }
        .stack { display: flex; height: 26px; border-radius: 8px; overflow: hidden; gap: 2px; margin: 6px 0 12px; } .stack span { min-width: 2px; flex-basis: 0; } .swatch { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 9px; }
        .part0 { background: var(--p0); } .part1 { background: var(--p1); } .part2 { background: var(--p2); } .part3 { background: var(--p3); } .part4 { background: var(--p4); }
        .chosen .badge { margin-right: 8px; } .reasons { margin: 0 0 14px; padding-left: 20px; } details { margin-top: 12px; } summary { cursor: pointer; color: var(--accent); margin-bottom: 8px; }
        .hashes { display: grid; grid-template-columns: auto 1fr; gap: 4px 18px; margin: 0; } .hashes dt { color: var(--quiet); font-size: .85rem; } .hashes dd { margin: 0; min-width: 0; }
        .timeline { list-style: none; margin: 0; padding: 0; max-height: 460px; overflow: auto; } .timeline li { display: grid; grid-template-columns: 74px 1fr; gap: 16px; padding: 5px 0; position: relative; } .timeline time { color: var(--quiet); text-align: right; font-variant-numeric: tabular-nums; font-size: .86rem; }
        .timeline li > span { border-left: 3px solid var(--line); padding-left: 14px; } .timeline .good > span { border-color: var(--good); } .timeline .warn > span { border-color: var(--warn); } .timeline .bad > span { border-color: var(--bad); }
        .settings { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 10px 24px; margin: 14px 0 0; } .settings dt { color: var(--quiet); font-size: .82rem; } .settings dd { margin: 0; overflow-wrap: anywhere; }
        footer { max-width: 1080px; margin: 0 auto; padding: 0 20px 28px; color: var(--quiet); font-size: .85rem; }
        dialog { border: 1px solid var(--line); border-radius: 14px; background: var(--card); color: var(--text); padding: 16px; max-width: 92vw; } dialog::backdrop { background: rgb(0 0 0 / .6); } dialog img { width: min(80vw, 70vh); image-rendering: pixelated; border-radius: 8px; } dialog p { margin: 10px 0; } dialog form { text-align: right; }
        @media (max-width: 760px) { .hero, .split { grid-template-columns: 1fr; } section { padding: 16px; } .hashes { grid-template-columns: 1fr; } .hashes dd { margin-bottom: 6px; } .timeline li { grid-template-columns: 56px 1fr; gap: 10px; } }
        @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
        @media print { .bar, .chips, dialog { display: none; } section { break-inside: avoid; box-shadow: none; } .timeline { max-height: none; } }

        """;

    /// <summary>Runs before anything is drawn: counts errors for the tests and picks the theme, so that the page does not flash.</summary>
    public const string HeadScript = """
        (function () {
          var root = document.documentElement, errors = 0;
          function count() { errors++; root.dataset.errors = String(errors); }
          addEventListener('error', count, true);
          addEventListener('unhandledrejection', count);
          document.addEventListener('securitypolicyviolation', count);
          var saved = null;
          try { saved = localStorage.getItem('vouch-theme'); } catch (e) { /* a file opened from disk may have no storage */ }
          var asked = /[#&]theme=(light|dark)/.exec(location.hash);
          var system = matchMedia('(prefers-color-scheme: dark)');
          function pick() { root.dataset.theme = (asked && asked[1]) || saved || (system.matches ? 'dark' : 'light'); }
          pick();
          system.addEventListener('change', pick);
        })();

        """;

    /// <summary>Runs once the page is there.</summary>
    public const string BodyScript = """
        (function () {
          var root = document.documentElement;
          document.getElementById('theme').addEventListener('click', function () {
            root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
            try { localStorage.setItem('vouch-theme', root.dataset.theme); } catch (e) { /* kept for this view only */ }
          });
          var chips = document.querySelectorAll('.chips button');
          chips.forEach(function (chip) {
            chip.addEventListener('click', function () {
              chips.forEach(function (other) { other.setAttribute('aria-pressed', String(other === chip)); });
              document.querySelectorAll('.exhibit').forEach(function (exhibit) {
                exhibit.hidden = chip.dataset.filter !== '' && exhibit.dataset.worker !== chip.dataset.filter;
              });
            });
          });
          var zoom = document.getElementById('zoom');
          document.querySelectorAll('.enlarge').forEach(function (button) {
            button.addEventListener('click', function () {
              var image = button.querySelector('img');
              zoom.querySelector('img').src = image.src;
              zoom.querySelector('img').alt = image.alt;
              zoom.querySelector('p').textContent = image.alt;
              zoom.showModal();
            });
          });
          zoom.addEventListener('click', function (event) { if (event.target === zoom) { zoom.close(); } });
          var lines = document.getElementById('lines');
          if (lines) {
            lines.querySelectorAll('.line').forEach(function (line) {
              function on() { lines.classList.add('focus'); line.classList.add('on'); }
              function off() { lines.classList.remove('focus'); line.classList.remove('on'); }
              line.addEventListener('pointerenter', on);
              line.addEventListener('pointerleave', off);
              line.addEventListener('focus', on);
              line.addEventListener('blur', off);
            });
          }
          root.dataset.ready = 'true';
        })();

        """;
}
