namespace RenderFarm.Report;

/// <content>The farm as a service.</content>
internal static partial class HtmlReport
{
    private static void AddService(HtmlBuilder html, ServicePanel service)
    {
        html.AddMarkup("<p class=\"intro\">The farm watched itself while it ran: what it promised itself of its calls, how its workers are, and whether one of them explains that the second half of the calls went otherwise than the first.</p>\n");
        html.Add($"<div class=\"split\"><p class=\"big {Class(service.Tone)}\"><b>{100 * service.Score:0} %</b><span>health: {service.State}</span></p><p>{string.Join(" ", service.Reasons.Select(Sentence))}</p></div>\n");
        html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th>objective</th><th class=\"number\">good</th><th class=\"number\">of</th><th class=\"number\">budget left</th><th>alert</th></tr></thead><tbody>\n");
        foreach (ObjectiveRow row in service.Objectives)
        {
            string badge = row.IsMet switch { true => "good", false => "bad", _ => "plain" };
            string state = row.IsMet switch { true => "met", false => "missed", _ => "no events" };
            html.Add($"<tr><th>{row.Name}<br><span class=\"badge {badge}\">{state}</span></th><td class=\"number\">{(row.Good is { } good ? Invariant($"{100 * good:0.0} %") : "–")}</td><td class=\"number\">{row.Total:0}</td><td class=\"number\">{(row.Total == 0 ? "–" : Invariant($"{100 * row.BudgetLeft:0} %"))}</td><td>{row.Text}. {row.Alert}</td></tr>\n");
        }

        html.AddMarkup("</tbody></table></div>\n");
        html.Add($"<p></p><h3>Root cause</h3><p>{service.Diagnosis}</p>\n");
        if (service.Suspects.Count > 0)
        {
            html.AddMarkup("<ul class=\"reasons\">");
            foreach (string suspect in service.Suspects)
            {
                html.Add($"<li>{suspect}</li>");
            }

            html.AddMarkup("</ul>\n");
        }

        html.AddMarkup("<details><summary>The parts</summary><div class=\"scroll\"><table><tbody>\n");
        foreach (ComponentRow part in service.Components)
        {
            html.Add($"<tr><th>{part.Name}</th><td><span class=\"badge {Class(part.Tone)}\">{part.State}</span></td><td>{part.Reason}</td></tr>\n");
        }

        html.AddMarkup("</tbody></table></div></details>\n");
    }

    private static string Class(EventTone tone) => tone switch
    {
        EventTone.Good => "good",
        EventTone.Warning => "warn",
        EventTone.Bad => "bad",
        _ => "plain",
    };

    private static string Sentence(string reason) => reason.EndsWith('.') ? reason : reason + ".";
}
