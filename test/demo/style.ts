// How the page of the demo looks: GitHub's manner, written by hand, light and dark.

export const style = `
:root {
  color-scheme: light dark;
  --canvas: #ffffff; --inset: #f6f8fa; --text: #1f2328; --muted: #59636e; --line: #d1d9e0; --link: #0969da;
  --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; --merged: #8250df; --banner: #fff8c5; --banner-line: #d4a72c66; --bot: #ddf4ff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --canvas: #0d1117; --inset: #151b23; --text: #f0f6fc; --muted: #9198a1; --line: #3d444d; --link: #4493f8;
    --good: #3fb950; --bad: #f85149; --warn: #d29922; --merged: #ab7df8; --banner: #bb800926; --banner-line: #bb800966; --bot: #121d2f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--canvas); color: var(--text); font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", Helvetica, Arial, sans-serif; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; } a.outside { color: var(--link); cursor: default; }
code, pre { font: 12px/1.45 ui-monospace, "SF Mono", Menlo, "Liberation Mono", monospace; }
.banner { background: var(--banner); border-bottom: 1px solid var(--banner-line); padding: 8px 16px; text-align: center; }
main { max-width: 1012px; margin: 0 auto; padding: 24px 16px 64px; }
header h1 { font-size: 20px; font-weight: 600; margin: 0 0 16px; }
.muted { color: var(--muted); } .number { color: var(--muted); font-weight: 300; }
.box { border: 1px solid var(--line); border-radius: 6px; margin: 16px 0; }
.box > h3, .comment > .head { margin: 0; padding: 8px 16px; background: var(--inset); border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0; font-size: 14px; font-weight: 400; }
.box > h3 { font-weight: 600; }
.row { display: flex; gap: 10px; align-items: baseline; padding: 8px 16px; border-top: 1px solid var(--line); }
.row:first-child, h3 + .row { border-top: 0; }
.row .grow { flex: 1; min-width: 0; overflow-wrap: anywhere; } .row .when { color: var(--muted); white-space: nowrap; font-size: 12px; }
section.pull { margin-top: 56px; }
section.pull > h2 { font-size: 28px; font-weight: 400; line-height: 1.25; margin: 0 0 8px; }
.state { display: inline-block; border-radius: 2em; padding: 4px 12px; color: #ffffff; font-weight: 500; margin-right: 8px; background: var(--good); }
.state.merged { background: var(--merged); }
@media (prefers-color-scheme: dark) { .state { background: #238636; } .state.merged { background: #8957e5; } }
.label { display: inline-block; border: 1px solid var(--line); border-radius: 2em; padding: 0 8px; font-size: 12px; color: var(--muted); }
.comment { border: 1px solid var(--line); border-radius: 6px; }
.comment.bot > .head { background: var(--bot); }
.thread { position: relative; margin: 16px 0; padding-left: 56px; }
.avatar { position: absolute; left: 0; top: 0; width: 40px; height: 40px; border-radius: 50%; background: var(--inset); border: 1px solid var(--line); display: grid; place-items: center; font-weight: 600; color: var(--muted); }
.event { padding: 4px 0 4px 56px; color: var(--muted); } .event b { color: var(--text); font-weight: 600; }
.markdown { padding: 16px; overflow-x: auto; } .markdown > :first-child { margin-top: 0; } .markdown > :last-child { margin-bottom: 0; }
.markdown h3 { font-size: 1.25em; line-height: 1.25; margin: 24px 0 16px; } .markdown p { margin: 0 0 16px; }
.markdown table { border-collapse: collapse; display: block; overflow-x: auto; margin: 0 0 16px; }
.markdown th, .markdown td { border: 1px solid var(--line); padding: 6px 13px; text-align: left; vertical-align: top; }
.markdown tr:nth-child(2n) td { background: var(--inset); }
.markdown code { background: var(--inset); border-radius: 6px; padding: .2em .4em; } .markdown pre { background: var(--inset); border-radius: 6px; padding: 16px; overflow-x: auto; } .markdown pre code { padding: 0; }
.markdown details { margin: 0 0 16px; } summary { cursor: pointer; }
.mark { flex: none; width: 16px; height: 16px; border-radius: 50%; color: #ffffff; font-size: 11px; line-height: 16px; text-align: center; align-self: center; background: var(--muted); }
.mark.good { background: var(--good); } .mark.bad { background: var(--bad); } .mark.warn { background: var(--warn); }
.row details { width: 100%; } .row .markdown { padding: 12px 0 4px; }
.pill { border: 1px solid currentColor; border-radius: 2em; padding: 0 8px; font-size: 12px; white-space: nowrap; color: var(--muted); }
.pill.good { color: var(--good); } .pill.bad { color: var(--bad); } .pill.warn { color: var(--warn); }
ol.timeline { list-style: none; margin: 0; padding: 4px 16px 8px 42px; } ol.timeline li { padding: 3px 0; display: flex; gap: 10px; align-items: baseline; }
.proof { font-variant-numeric: tabular-nums; }
@media (max-width: 600px) { .thread, .event { padding-left: 0; } .avatar { display: none; } .row { flex-wrap: wrap; } }
`;
