using System.Diagnostics;
using System.Text.RegularExpressions;
using RenderFarm.Report;

namespace RenderFarm.Tests.Report;

public class HtmlReportTests
{
    private const string Attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    [Fact]
    public async Task Write_FullModel_AsksNothingOfTheNetworkAndIsWellFormed()
    {
        string page = HtmlReport.Write(await SampleReport.BuildAsync(32, 4));

        page.Should().NotMatchRegex("(src|href)=\"(?!data:|#)");
        page.Should().NotContain("http://").And.NotContain("https://").And.NotContain("url(").And.NotContain("@import");
        Regex.Count(page, "<section ").Should().Be(11).And.Be(Regex.Count(page, "</section>"));
        foreach (string tag in new[] { "div", "table", "svg", "figure", "article", "dl", "g", "p", "button", "main" })
        {
            Regex.Count(page, $"<{tag}[ >]").Should().Be(Regex.Count(page, $"</{tag}>"), $"every <{tag}> is closed");
        }

        page.Should().NotContain("NaN").And.NotContain("Infinity");
    }

    [Fact]
    public async Task Write_HostileTexts_AreShownAndNeverRun()
    {
        ReportModel model = await SampleReport.BuildAsync(16, 1);
        model = model with
        {
            Title = Attack,
            Subtitle = Attack,
            Verdict = Attack,
            Facts = [new(Attack, Attack, Attack)],
            Gallery = [model.Gallery[0] with { Worker = Attack, Unit = Attack, Kind = Attack, Outcome = Attack, AcceptedFrom = Attack, Sent = model.Gallery[0].Sent with { Description = Attack } }],
            Workers = [model.Workers[0] with { Id = Attack, Reason = Attack, Truth = Attack }],
            Reputations = model.Reputations! with { XLabel = Attack, YLabel = Attack, ThresholdLabel = Attack, Series = [new(Attack, true, [new(0, 0.5)], 0)] },
            Watch = new([new(Attack, true, [new(Attack, 1, false, true)], [new(1, 1, Attack)], Attack)], [Attack]),
            Schedule = model.Schedule! with { PriceUnit = Attack, Summary = Attack, Bars = [new(Attack, 0, 40, 1)] },
            Cost = new(1, [new(Attack, 1, Attack)], [new(Attack, Attack)], Attack),
            Decision = new(Attack, [Attack], [new(Attack, Attack, Attack, Attack)], Attack),
            Log = new(1, Attack, false, Attack, new(0, Attack, Attack, [Attack])),
            Timeline = [new(TimeSpan.Zero, EventTone.Bad, Attack)],
            Settings = [new(Attack, Attack, Attack)],
            Promise = new(0.1, 1, 1, 1, 0.95, Attack, Attack),
        };

        string page = HtmlReport.Write(model);

        page.Should().NotContain("<script>alert").And.NotContain("<img src=x").And.Contain("&lt;script&gt;alert(1)");
        Regex.Count(page, "<script").Should().Be(2, "only the page's own scripts are there");
    }

    [Fact]
    public async Task Write_PictureFromElsewhere_IsRefused()
    {
        ReportModel model = await SampleReport.BuildAsync(16, 1);
        foreach (string address in new[] { "https://example.com/x.png", "data:text/html;base64,AAAA", "data:image/png;base64,AA\"onload=x" })
        {
            Action write = () => HtmlReport.Write(model with { Final = model.Final with { DataUri = address } });

            write.Should().Throw<ArgumentException>();
        }
    }

    [Fact]
    public async Task Write_EmptyParts_AreLeftOut()
    {
        ReportModel full = await SampleReport.BuildAsync(16, 1);
        string page = HtmlReport.Write(new ReportModel { Title = "t", PromiseHeld = false, Verdict = "v", Final = full.Final });

        page.Should().NotContain("<section").And.Contain("The promise was broken.");
    }

    [Fact]
    public async Task Write_ExtremeFigures_StillDraws()
    {
        ReportModel model = await SampleReport.BuildAsync(16, 1);
        model = model with
        {
            Promise = new(1e-9, 0, 0, 1, 0.95, "m", "t"),
            Reputations = new("x", "y", [new("none", false, []), new("one", true, [new(0, 0)], 5)]),
            Watch = new([new("w", false, [new("t", 1e-300, null, false), new("u", 1e300, true, false)], [], "honest")], []),
            Schedule = new([0], "p", [new("far", 99, 1, 0), new("before", -5, 6, 0)], null, null, 1, "s"),
            Cost = new(0, [new("nothing", 0, "0")], [], ""),
        };

        string page = HtmlReport.Write(model);

        page.Should().NotContain("NaN").And.NotContain("Infinity");
    }

    [Fact]
    public async Task Save_InARealBrowser_RunsWithoutErrors()
    {
        string? browser = Array.Find(Browsers, File.Exists);
        Assert.SkipWhen(browser is null, "No Chromium on this machine: the page was not opened in a browser.");
        string folder = Directory.CreateTempSubdirectory("report-test").FullName;
        try
        {
            string file = Path.Combine(folder, "report.html");
            HtmlReport.Save(await SampleReport.BuildAsync(64, 8), file);

            (string dom, string log) = await RunAsync(browser!, folder, "--dump-dom", "file://" + file);

            dom.Should().Contain("data-ready=\"true\"", "the script ran to its end").And.Contain("data-errors=\"0\"");
            log.Should().NotContain("CONSOLE");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(string Output, string Log)> RunAsync(string browser, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(browser) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] all =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-dev-shm-usage", "--enable-logging=stderr", "--v=0", "--user-data-dir=" + Path.Combine(folder, "profile"), .. arguments,
        ];
        foreach (string argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> log = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (await output, await log);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
