using System.Buffers.Text;
using System.Text;

namespace RenderFarm.Report;

/// <summary>
/// Writes the report as one HTML page that needs nothing else: styles, script, charts and pictures are inside, and its content security policy forbids
/// every outside request. Readable in light and dark, on paper and on a telephone, and without the script.
/// </summary>
internal static partial class HtmlReport
{
    private const string PngPrefix = "data:image/png;base64,";

    /// <summary>Writes the page to a file.</summary>
    public static void Save(ReportModel model, string path) => File.WriteAllText(path, Write(model), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    /// <summary>Writes the page.</summary>
    /// <exception cref="ArgumentException">A picture's address is not a PNG data address.</exception>
    public static string Write(ReportModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (string Id, string Name, Action<HtmlBuilder>? Draw)[] sections =
        [
            ("promise", "Promise", model.Promise is { } promise ? html => AddPromise(html, promise, model.PromiseHeld) : null),
            ("gallery", "Forgeries", model.Gallery.Count > 0 ? html => AddGallery(html, model.Gallery) : null),
            ("workers", "Workers", model.Workers.Count > 0 ? html => AddWorkers(html, model.Workers) : null),
            ("reputations", "Reputations", model.Reputations is { Series.Count: > 0 } chart ? html => AddReputations(html, chart) : null),
            ("watch", "Watch", model.Watch is { Strips.Count: > 0 } watch ? html => AddWatch(html, watch) : null),
            ("service", "Service", model.Service is { } service ? html => AddService(html, service) : null),
            ("schedule", "Schedule", model.Schedule is { SlotPrices.Count: > 0 } schedule ? html => AddSchedule(html, schedule) : null),
            ("cost", "Cost of trust", model.Cost is { } cost ? html => AddCost(html, cost) : null),
            ("decision", "Configuration", model.Decision is { } decision ? html => AddDecision(html, decision) : null),
            ("log", "Audit log", model.Log is { } log ? html => AddLog(html, log) : null),
            ("timeline", "Timeline", model.Timeline.Count > 0 ? html => AddTimeline(html, model.Timeline) : null),
            ("settings", "Settings", model.Settings.Count > 0 ? html => AddSettings(html, model.Settings) : null),
        ];
        var page = new HtmlBuilder();
        page.Add($"<!doctype html>\n<html lang=\"en\" data-errors=\"0\"><head><meta charset=\"utf-8\"><title>{model.Title}</title>\n");
        page.AddMarkup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\n");
        page.AddMarkup("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n");
        page.AddMarkup("<link rel=\"icon\" href=\"data:,\">\n<style>\n").AddMarkup(ReportAssets.Style).AddMarkup("</style>\n<script>\n").AddMarkup(ReportAssets.HeadScript);
        page.AddMarkup("</script></head><body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n");
        page.AddMarkup("<header class=\"bar\"><nav aria-label=\"Sections\">");
        foreach ((string id, string name, _) in sections.Where(static section => section.Draw is not null))
        {
            page.Add($"<a href=\"#{id}\">{name}</a>");
        }

        page.AddMarkup("</nav><button type=\"button\" id=\"theme\" title=\"Light or dark\"><span aria-hidden=\"true\">◐</span><span class=\"hidden\">Switch between light and dark</span></button></header>\n<main id=\"main\">\n");
        AddHero(page, model);
        foreach ((string id, string name, Action<HtmlBuilder>? draw) in sections)
        {
            if (draw is not null)
            {
                page.Add($"<section id=\"{id}\" aria-labelledby=\"{id}-title\"><h2 id=\"{id}-title\">{name}</h2>\n");
                draw(page);
                page.AddMarkup("</section>\n");
            }
        }

        page.AddMarkup("</main>\n<footer>");
        if (model.MadeAt is { } made)
        {
            page.Add($"<p>Made {made.ToUniversalTime():yyyy-MM-dd HH:mm} UTC by the RenderFarm sample of Vouch. This page asks nothing of the network.</p>");
        }

        page.AddMarkup("</footer>\n<dialog id=\"zoom\" aria-label=\"Picture, enlarged\"><img alt=\"\"><p></p><form method=\"dialog\"><button>Close</button></form></dialog>\n<script>\n");
        return page.AddMarkup(ReportAssets.BodyScript).AddMarkup("</script></body></html>\n").ToString();
    }

    private static void AddHero(HtmlBuilder html, ReportModel model)
    {
        string state = model.PromiseHeld ? "good" : "bad";
        html.Add($"<div class=\"hero\"><figure class=\"final\">{Image(model.Final, smooth: true)}</figure><div class=\"lead\">");
        html.Add($"<h1>{model.Title}</h1><p class=\"subtitle\">{model.Subtitle}</p>");
        html.Add($"<p class=\"verdict {state}\"><span class=\"mark\" aria-hidden=\"true\">{(model.PromiseHeld ? "✓" : "✗")}</span><span><b>{(model.PromiseHeld ? "The promise held." : "The promise was broken.")}</b> {model.Verdict}</span></p>");
        html.AddMarkup("<dl class=\"facts\">");
        foreach (Fact fact in model.Facts)
        {
            html.Add($"<div><dt>{fact.Label}</dt><dd>{fact.Value}</dd>");
            if (fact.Note is { Length: > 0 } note)
            {
                html.Add($"<dd class=\"note\">{note}</dd>");
            }

            html.AddMarkup("</div>");
        }

        html.AddMarkup("</dl></div></div>\n");
    }

    private static void AddGallery(HtmlBuilder html, IReadOnlyList<Exhibit> gallery)
    {
        html.AddMarkup("<p class=\"intro\">What each cheater sent, what was accepted in its place, and the difference in false colour: dark where the two are alike, bright where they are not. Honest tiles differ a little too, by their noise. Select a picture to enlarge it.</p>\n");
        html.AddMarkup("<div class=\"chips\" role=\"group\" aria-label=\"Show the forgeries of\"><button type=\"button\" aria-pressed=\"true\" data-filter=\"\">all</button>");
        foreach (string worker in gallery.Select(static exhibit => exhibit.Worker).Distinct().Order(StringComparer.Ordinal))
        {
            html.Add($"<button type=\"button\" aria-pressed=\"false\" data-filter=\"{worker}\">{worker}</button>");
        }

        html.AddMarkup("</div>\n<div class=\"gallery\">\n");
        foreach (Exhibit exhibit in gallery)
        {
            html.Add($"<article class=\"exhibit\" data-worker=\"{exhibit.Worker}\"><h3>{exhibit.Kind}</h3><p class=\"by\">{exhibit.Worker} · {exhibit.Unit}{(exhibit.AcceptedFrom is null ? "" : " · accepted from " + exhibit.AcceptedFrom)}</p><div class=\"triple\">");
            AddFrame(html, "sent", exhibit.Sent);
            AddFrame(html, "accepted", exhibit.Accepted);
            AddFrame(html, Invariant($"difference {100 * exhibit.MeanDifference:0.0} %"), exhibit.Difference);
            string state = exhibit.WasCaught ? "good" : "bad";
            html.Add($"</div><p class=\"outcome {state}\"><span class=\"mark\" aria-hidden=\"true\">{(exhibit.WasCaught ? "✓" : "✗")}</span>{exhibit.Outcome}</p></article>\n");
        }

        html.Add($"</div>\n<p class=\"ramp\"><span>no difference</span><span class=\"scale\" aria-hidden=\"true\"></span><span>a quarter of full brightness or more</span></p>\n");
    }

    private static void AddFrame(HtmlBuilder html, string caption, Picture? picture)
    {
        html.AddMarkup("<figure>");
        if (picture is null)
        {
            html.AddMarkup("<div class=\"missing\">nothing</div>");
        }
        else
        {
            html.Add($"<button type=\"button\" class=\"enlarge\">{Image(picture, smooth: false)}</button>");
        }

        html.Add($"<figcaption>{caption}</figcaption></figure>");
    }

    private static void AddWorkers(HtmlBuilder html, IReadOnlyList<WorkerRow> workers)
    {
        html.AddMarkup("<p class=\"intro\">The verdict is what the farm concluded from checks alone. The last column is the truth, which only this report knows.</p>\n");
        html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Worker</th><th scope=\"col\">Verdict</th><th scope=\"col\" class=\"number\">Tiles sent</th><th scope=\"col\" class=\"number\">Accepted</th><th scope=\"col\" class=\"number\">Checks passed</th><th scope=\"col\" class=\"number\">Failed</th><th scope=\"col\">Why</th><th scope=\"col\">Truth</th></tr></thead><tbody>\n");
        foreach (WorkerRow worker in workers)
        {
            (string state, string mark, string word) = worker.Verdict switch
            {
                WorkerVerdict.Trusted => ("good", "✓", "trusted"),
                WorkerVerdict.Suspended => ("bad", "✗", "suspended"),
                WorkerVerdict.Lost => ("warn", "!", "lost"),
                _ => ("plain", "–", "unproven"),
            };
            html.Add($"<tr><th scope=\"row\">{worker.Id}</th><td><span class=\"badge {state}\"><span aria-hidden=\"true\">{mark}</span> {word}</span></td><td class=\"number\">{worker.Tiles}</td><td class=\"number\">{worker.Accepted}</td>");
            html.Add($"<td class=\"number\">{worker.ChecksPassed}</td><td class=\"number\">{worker.ChecksFailed}</td><td>{worker.Reason}</td><td class=\"truth {(worker.IsCheater ? "cheat" : "fair")}\">{worker.Truth}</td></tr>\n");
        }

        html.AddMarkup("</tbody></table></div>\n");
    }

    private static void AddCost(HtmlBuilder html, CostOfTrust cost)
    {
        double total = cost.Parts.Sum(static part => Math.Max(0, part.Amount));
        html.Add($"<div class=\"split\"><p class=\"big\"><b>{cost.ReplicationFactor:0.00}×</b><span>the work of an unverified run</span></p><p>{cost.Text}</p></div>\n");
        if (total > 0)
        {
            html.AddMarkup("<div class=\"stack\" aria-hidden=\"true\">");
            for (int index = 0; index < cost.Parts.Count; index++)
            {
                html.Add($"<span class=\"part{index % 5}\" style=\"flex-grow:{Math.Max(0, cost.Parts[index].Amount) / total:0.####}\"></span>");
            }

            html.AddMarkup("</div>\n");
        }

        html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Part</th><th scope=\"col\" class=\"number\">Amount</th><th scope=\"col\" class=\"number\">Share</th></tr></thead><tbody>\n");
        for (int index = 0; index < cost.Parts.Count; index++)
        {
            CostPart part = cost.Parts[index];
            html.Add($"<tr><th scope=\"row\"><span class=\"swatch part{index % 5}\" aria-hidden=\"true\"></span>{part.Label}</th><td class=\"number\">{part.Value}</td><td class=\"number\">{(total > 0 ? 100 * Math.Max(0, part.Amount) / total : 0):0.0} %</td></tr>\n");
        }

        html.AddMarkup("</tbody></table></div>\n");
        AddSettings(html, cost.Rows);
    }

    private static void AddDecision(HtmlBuilder html, DecisionText decision)
    {
        html.Add($"<p class=\"chosen\"><span class=\"badge good\"><span aria-hidden=\"true\">✓</span> chosen</span> {decision.Chosen}</p>\n<ul class=\"reasons\">");
        foreach (string reason in decision.Reasons)
        {
            html.Add($"<li>{reason}</li>");
        }

        html.AddMarkup("</ul>\n");
        if (decision.Alternatives.Count > 0)
        {
            html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Not chosen</th><th scope=\"col\">Predicted quality</th><th scope=\"col\">Predicted cost</th><th scope=\"col\">Because</th></tr></thead><tbody>\n");
            foreach (Alternative other in decision.Alternatives)
            {
                html.Add($"<tr><th scope=\"row\">{other.Configuration}</th><td>{other.Quality}</td><td>{other.Cost}</td><td>{other.Reason}</td></tr>\n");
            }

            html.AddMarkup("</tbody></table></div>\n");
        }

        if (decision.Explanation is { Length: > 0 } explanation)
        {
            html.Add($"<details><summary>The optimizer's explanation in full</summary><pre>{explanation}</pre></details>\n");
        }
    }

    private static void AddLog(HtmlBuilder html, LogHead log)
    {
        string state = log.IsVerified ? "good" : "bad";
        html.Add($"<p class=\"chosen\"><span class=\"badge {state}\"><span aria-hidden=\"true\">{(log.IsVerified ? "✓" : "✗")}</span> {(log.IsVerified ? "verified" : "not verified")}</span> {log.Size} entries in an append-only Merkle tree (RFC 6962). Whoever keeps this root can prove that no entry was changed or taken out.</p>\n");
        html.Add($"<dl class=\"hashes\"><dt>Root hash</dt><dd><code>{log.RootHash}</code></dd>");
        if (log.Checkpoint is { Length: > 0 } checkpoint)
        {
            html.Add($"<dt>Checkpoint</dt><dd><pre>{checkpoint}</pre></dd>");
        }

        html.AddMarkup("</dl>\n");
        if (log.Example is { } example)
        {
            html.Add($"<details open><summary>Inclusion proof of entry {example.Index}</summary><p><code>{example.Entry}</code></p><dl class=\"hashes\"><dt>Leaf</dt><dd><code>{example.LeafHash}</code></dd>");
            for (int level = 0; level < example.Path.Count; level++)
            {
                html.Add($"<dt>Sibling {level + 1}</dt><dd><code>{example.Path[level]}</code></dd>");
            }

            html.AddMarkup("</dl></details>\n");
        }
    }

    private static void AddTimeline(HtmlBuilder html, IReadOnlyList<TimelineEvent> events)
    {
        html.AddMarkup("<ol class=\"timeline\">\n");
        foreach (TimelineEvent entry in events)
        {
            (string state, string word) = entry.Tone switch
            {
                EventTone.Good => ("good", "good: "),
                EventTone.Warning => ("warn", "warning: "),
                EventTone.Bad => ("bad", "bad: "),
                _ => ("plain", ""),
            };
            html.Add($"<li class=\"{state}\"><time>{entry.At.TotalSeconds:0.0} s</time><span><span class=\"hidden\">{word}</span>{entry.Text}</span></li>\n");
        }

        html.AddMarkup("</ol>\n");
    }

    private static void AddSettings(HtmlBuilder html, IReadOnlyList<Fact> settings)
    {
        if (settings.Count == 0)
        {
            return;
        }

        html.AddMarkup("<dl class=\"settings\">");
        foreach (Fact setting in settings)
        {
            html.Add($"<div><dt>{setting.Label}</dt><dd>{setting.Value}");
            if (setting.Note is { Length: > 0 } note)
            {
                html.Add($" <span class=\"note\">{note}</span>");
            }

            html.AddMarkup("</dd></div>");
        }

        html.AddMarkup("</dl>\n");
    }

    private static Raw Image(Picture picture, bool smooth)
    {
        if (!picture.DataUri.StartsWith(PngPrefix, StringComparison.Ordinal) || !Base64.IsValid(picture.DataUri.AsSpan(PngPrefix.Length)))
        {
            throw new ArgumentException("A picture's address must be a PNG data address.", nameof(picture));
        }

        return new HtmlBuilder()
            .Add($"<img src=\"{picture.DataUri}\" width=\"{picture.Width}\" height=\"{picture.Height}\" alt=\"{picture.Description}\" class=\"{(smooth ? "smooth" : "exact")}\">")
            .ToRaw();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
