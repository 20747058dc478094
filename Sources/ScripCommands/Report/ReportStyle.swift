/// The style sheet of the report. It names no font, picture or address of elsewhere.
enum ReportStyle {
    static let text = """
        :root{color-scheme:light dark;--paper:#f5f6f8;--card:#fff;--ink:#1c2430;--soft:#5a6575;--line:#dde1e8;
        --grid:#e8ebf0;--good:#1d7a4f;--goodback:#e6f4ec;--bad:#b3261e;--badback:#fbe9e7;--warn:#8a5a00;
        --c0:#5d5fc4;--c1:#1c94a6;--c2:#c2951c;--c3:#bf567c;--c4:#7d8c2f;--c5:#93694b;--c6:#3f7fd0;--c7:#7c8694;
        --issued:#57657a;--redeemed:#2b9270;--outstanding:#2f6db3;--expired:#d97b29;--voided:#b1497f}
        @media(prefers-color-scheme:dark){:root{--paper:#12161c;--card:#1b212a;--ink:#e7ebf1;--soft:#a0acbb;
        --line:#303946;--grid:#29313c;--good:#6cd19f;--goodback:#173328;--bad:#ff9d94;--badback:#3d1d1b;--warn:#f0c063;
        --c0:#9c9ef0;--c1:#4cc3d4;--c2:#e5bd54;--c3:#ea8fb0;--c4:#b5c467;--c5:#cfa283;--c6:#7fb1f2;--c7:#98a3b2;
        --issued:#b3bfce;--redeemed:#58c39c;--outstanding:#6ea8ea;--expired:#f0a25c;--voided:#e084b4}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--paper);color:var(--ink);
        font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;
        font-variant-numeric:tabular-nums}
        main,header,footer{max-width:1120px;margin:0 auto;padding:0 24px}
        header{padding-top:36px;padding-bottom:4px}
        h1{font-size:1.9rem;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em;overflow-wrap:anywhere}
        h2{font-size:1.35rem;margin:44px 0 14px;padding-top:14px;border-top:1px solid var(--line)}
        h3{font-size:1rem;margin:0;font-weight:600}
        p{margin:0 0 10px}
        .soft,header p{color:var(--soft)}
        .card,figure{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;
        margin:0 0 18px;min-width:0}
        .facts{display:grid;grid-template-columns:repeat(6,1fr);gap:12px;margin:0 0 18px}
        .facts div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px;min-width:0}
        .facts dt{color:var(--soft);font-size:.85rem}
        .facts dd{margin:2px 0 0;font-size:1.22rem;font-weight:600;letter-spacing:-.01em;overflow-wrap:anywhere}
        .facts dd+dd{font-size:.82rem;font-weight:400;color:var(--soft);letter-spacing:0}
        dl.facts{padding:0}
        .pair{display:grid;grid-template-columns:1fr 1fr;gap:18px}
        figcaption{display:flex;flex-wrap:wrap;gap:4px 20px;justify-content:space-between;margin-bottom:10px}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;margin:0;padding:0;font-size:.85rem;
        color:var(--soft)}
        .legend b{color:var(--ink);font-weight:600}
        .key{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px;background:currentColor;
        vertical-align:-1px}
        .chart{display:block;width:100%;height:auto;margin:0 auto}
        .chart text{font-size:12px;fill:var(--soft)}
        .narrow{display:none}
        .grid,.base,.tick{fill:none;stroke:var(--grid)}
        .base,.tick{stroke:var(--soft)}
        .area{fill:currentColor;stroke:none}
        .chart .area{fill-opacity:.85}
        .chart .outstanding{fill-opacity:.3}
        .line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
        .hint{fill:transparent}
        .hint:hover{fill:var(--ink);fill-opacity:.07}
        .rail{fill:var(--grid)}
        .bar{display:block;min-width:90px}
        .c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}.c4{color:var(--c4)}
        .c5{color:var(--c5)}.c6{color:var(--c6)}.c7{color:var(--c7)}
        .issued{color:var(--issued)}.redeemed{color:var(--redeemed)}.outstanding{color:var(--outstanding)}
        .expired{color:var(--expired)}.voided{color:var(--voided)}
        .scroll{overflow-x:auto;margin:0 -20px;padding:0 20px}
        table{border-collapse:collapse;width:100%;font-size:.92rem}
        .title{display:flex;flex-wrap:wrap;gap:4px 20px;justify-content:space-between;margin-bottom:6px}
        th,td{padding:7px 12px;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
        th:first-child,td:first-child{padding-left:0}
        th:last-child,td:last-child{padding-right:0}
        thead th{color:var(--soft);font-weight:500;font-size:.85rem;vertical-align:bottom}
        tbody th{font-weight:500}
        th:first-child{position:sticky;left:0;background:var(--card)}
        tbody tr:last-child>*{border-bottom:0}
        tfoot td,tfoot th{border-top:1px solid var(--soft);border-bottom:0;font-weight:600}
        .n{text-align:right}
        .name{max-width:260px;overflow:hidden;text-overflow:ellipsis}
        code{font:.92em ui-monospace,"SF Mono",Menlo,"DejaVu Sans Mono",monospace}
        .good,.bad{border-radius:10px;padding:12px 16px;margin:16px 0 0;font-weight:500}
        .good{background:var(--goodback);color:var(--good)}
        .bad{background:var(--badback);color:var(--bad)}
        .bad ul{margin:6px 0 0;padding-left:20px;font-weight:400}
        .payments{margin:14px 0 0;padding-left:20px}
        .late{color:var(--bad);font-weight:600}
        .warn{color:var(--warn)}
        .self{color:var(--line)}
        .empty{color:var(--soft);margin:0}
        footer{color:var(--soft);font-size:.85rem;padding-bottom:48px;margin-top:36px}
        footer p:first-child{border-top:1px solid var(--line);padding-top:22px}
        @media(max-width:940px){.pair{grid-template-columns:1fr;gap:0}.facts{grid-template-columns:repeat(3,1fr)}}
        @media(max-width:560px){body{font-size:15px}main,header,footer{padding-left:14px;padding-right:14px}
        header{padding-top:22px}h1{font-size:1.5rem}.facts{grid-template-columns:1fr 1fr;gap:8px}
        .card,figure{padding:13px 13px}.scroll{margin:0 -13px;padding:0 13px}.wide{display:none}.narrow{display:block}
        .name{max-width:170px}}
        @media print{body{background:#fff}.card,figure,.facts div{break-inside:avoid}.scroll{overflow:visible}}
        """
}
