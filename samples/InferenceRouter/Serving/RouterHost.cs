using System.Text.Json;
using System.Text.Json.Nodes;
using Vouch;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Clients;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;
using Vouch.Resilience.Errors;

namespace InferenceRouter.Serving;

/// <summary>The server: an OpenAI-compatible interface in front of the router.</summary>
internal static class RouterHost
{
    private const string Json = "application/json";

    /// <summary>Builds the server.</summary>
    /// <param name="configuration">Holds the section <c>Router</c>.</param>
    /// <param name="urls">Where to listen.</param>
    /// <param name="model">A fitted model; null to go by the stated beliefs.</param>
    /// <param name="time">The clock.</param>
    public static WebApplication Build(IConfiguration configuration, string urls, OutcomeModel? model = null, TimeProvider? time = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(urls);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        IConfigurationSection section = configuration.GetSection("Router");
        RouterSettings settings = section.Get<RouterSettings>() ?? new RouterSettings();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = settings.MaxRequestBytes);

        var catalog = new EndpointCatalog(section);
        IOutcomePredictor predictor = model is not null
            ? new RouteModelPredictor(model, (time ?? TimeProvider.System).GetUtcNow())
            : new PriorPredictor(WithDefaults(settings.Priors, catalog.Current), settings.Cascades);
        BudgetOptions? budgets = section.GetSection("Budgets").Get<BudgetOptions>();
        FileBudgetJournal? journal = budgets?.JournalFile is { } file ? new FileBudgetJournal(file, null, time) : null;
        var router = new Router(
            catalog,
            predictor,
            new RoutingPlan(RoutingPolicy.For(Enum.Parse<OptimizationProfile>(settings.Profile, ignoreCase: true), settings.ReferenceCostUsd)),
            new BudgetLedger(budgets, journal, time),
            section.GetSection("Routing").Get<RouterOptions>(),
            timeProvider: time);
        var http = new HttpClient(new ConcurrencyHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        var memory = new AnswerMemory(settings.RememberedAnswers);
        var agreement = new FinalAnswerAgreement();
        var client = new RoutingClient(router, http, new RoutingClientOptions
        {
            KeyOf = endpoint => endpoint.KeyName is { } name ? configuration[name] ?? Environment.GetEnvironmentVariable(name) : null,
            Agreement = predictor.Cascades.Count > 0 ? agreement : null,
            JudgeShadow = reply => ValueTask.FromResult(memory.KeepShadow(reply.Answer, agreement.Agree(reply.Text, reply.ServedText))),
            FailureOf = static problem => problem is OverloadException ? CallFailure.Unavailable : null,
        });

        // Registered through factories, so that the container disposes of them with the host.
        builder.Services.AddSingleton(_ => catalog).AddSingleton(_ => router).AddSingleton(_ => http);
        if (journal is not null)
        {
            builder.Services.AddSingleton(_ => journal);
        }

        WebApplication app = builder.Build();
        _ = (app.Services.GetRequiredService<EndpointCatalog>(), app.Services.GetRequiredService<Router>(), app.Services.GetRequiredService<HttpClient>(), app.Services.GetService<FileBudgetJournal>());
        app.MapPost("/v1/chat/completions", context => GuardAsync(context, () => CompleteAsync(context, client, router, memory)));
        app.MapPost("/v1/router/preview", context => GuardAsync(context, () => PreviewAsync(context, client, router)));
        app.MapPost("/v1/router/feedback", context => GuardAsync(context, () => FeedbackAsync(context, router, memory)));
        app.MapGet("/v1/models", context => WriteAsync(context, 200, Models(router)));
        app.MapGet("/v1/router/status", context => WriteAsync(context, 200, Status(router, catalog)));
        return app;
    }

    private static Dictionary<string, PriorBelief> WithDefaults(Dictionary<string, PriorBelief> stated, EndpointRegistry registry)
    {
        // Nothing is known, and nothing is made up: all are thought equal, so that the cheapest serves until there is evidence.
        // A newcomer is believed nothing of at all: mirrored traffic will tell.
        foreach (Endpoint endpoint in registry.Endpoints.Where(endpoint => endpoint.Role == EndpointRole.Registry))
        {
            stated.TryAdd(endpoint.Id, new PriorBelief());
        }

        return stated;
    }

    private static async Task CompleteAsync(HttpContext context, RoutingClient client, Router router, AnswerMemory memory)
    {
        using ChatRequest request = ChatRequest.Parse(await BodyAsync(context));
        RequestLaws laws = RequestLaws.Of(context.Request.Headers);
        await using RoutedReply reply = await client.SendAsync(request, laws.Constraints, laws.Tenant, laws.MaxCost, context.RequestAborted);
        if (reply.Answer is { } answer)
        {
            memory.Keep(answer);
        }

        context.Response.StatusCode = (int)reply.Status;
        context.Response.ContentType = reply.ContentType;
        DecisionHeaders.Write(context.Response.Headers, reply, router.Registry);
        if (!reply.IsStreaming)
        {
            await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted);
            return;
        }

        context.Response.Headers.CacheControl = "no-cache";
        try
        {
            while (await reply.ReadEventAsync(context.RequestAborted) is { IsEmpty: false } piece)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (Exception problem) when (problem is IOException or TimeoutException && !context.RequestAborted.IsCancellationRequested)
        {
            // The head is out; breaking the connection is the only honest way left to say that the answer is not whole.
            context.Abort();
        }
    }

    private static async Task PreviewAsync(HttpContext context, RoutingClient client, Router router)
    {
        using ChatRequest request = ChatRequest.Parse(await BodyAsync(context));
        RequestLaws laws = RequestLaws.Of(context.Request.Headers);
        DecisionRecord decision = router.Preview(request.ToRoute(laws.Constraints, laws.Tenant, laws.MaxCost) with { AllowsCascades = client.CanCascade(request) });
        if (context.Request.Headers.Accept.ToString().Contains("text/plain", StringComparison.Ordinal))
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(decision.Explain() + "\n");
            return;
        }

        context.Response.ContentType = Json;
        await context.Response.Body.WriteAsync(decision.ToJson());
    }

    private static async Task FeedbackAsync(HttpContext context, Router router, AnswerMemory memory)
    {
        JsonNode? body = JsonNode.Parse((await BodyAsync(context)).Span);
        if (body?["decision"] is not JsonValue id || !id.TryGetValue(out long decision) || body["score"] is not JsonValue found || !found.TryGetValue(out double score) || !(score is >= 0 and <= 1))
        {
            throw new InputValidationException("Feedback is {\"decision\": number, \"score\": number from 0 to 1}.") { Expected = "decision and score" };
        }

        if (!memory.TryGet(decision, out RoutedAnswer answer))
        {
            await WriteAsync(context, 404, Error($"Decision {decision} is not remembered (any more)."));
            return;
        }

        AuditVerdict verdict = router.Audit(answer, score);
        if (memory.ShadowScore(decision, score) is { } shadow)
        {
            router.Audit(shadow.Answer, shadow.Score);
        }

        await WriteAsync(context, 200, new JsonObject { ["verdict"] = verdict.ToString(), ["endpoint"] = answer.Endpoint });
    }

    private static async Task GuardAsync(HttpContext context, Func<Task> handle)
    {
        try
        {
            await handle();
        }
        catch (Exception problem) when (problem is InputValidationException or JsonException && !context.Response.HasStarted)
        {
            await WriteAsync(context, 400, Error(problem.Message));
        }
        catch (BadHttpRequestException problem) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, problem.StatusCode, Error(problem.Message));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone; nobody is left to answer.
        }
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext context)
    {
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory, context.RequestAborted);
        return memory.GetBuffer().AsMemory(0, (int)memory.Length);
    }

    private static JsonObject Error(string message) => new() { ["error"] = new JsonObject { ["message"] = message, ["type"] = "invalid_request_error" } };

    private static JsonObject Models(Router router) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([Model(ChatRequest.AutoModel, "vouch"), .. router.Registry.Endpoints.Select(endpoint => Model(endpoint.Id, endpoint.Provider))]),
    };

    private static JsonObject Model(string id, string owner) => new() { ["id"] = id, ["object"] = "model", ["owned_by"] = owner };

    private static JsonObject Status(Router router, EndpointCatalog catalog) => new()
    {
        ["digest"] = router.Digest.Value,
        ["policy"] = router.Plan.Policy.Name,
        ["meaning"] = router.Plan.Policy.Meaning,
        ["configuration"] = catalog.LastFailure ?? "in force",
        ["endpoints"] = new JsonArray([.. router.Status().Select(status => (JsonNode)new JsonObject
        {
            ["id"] = status.Endpoint,
            ["failures"] = status.ConsecutiveFailures,
            ["blockedForSeconds"] = status.BlockedFor.TotalSeconds,
            ["suspect"] = status.IsSuspect,
        })]),
        ["newcomers"] = new JsonArray([.. router.Newcomers().Select(newcomer => (JsonNode)new JsonObject
        {
            ["id"] = newcomer.Endpoint,
            ["mirrored"] = newcomer.Mirrored,
            ["labels"] = newcomer.Labels,
            ["meanScore"] = double.IsNaN(newcomer.MeanScore) ? null : newcomer.MeanScore,
            ["ready"] = newcomer.IsReady,
            ["promoted"] = newcomer.IsPromoted,
        })]),
        ["budgets"] = new JsonArray([.. router.Budgets.Statement().Select(statement => (JsonNode)new JsonObject
        {
            ["cap"] = statement.Cap,
            ["limitUsd"] = statement.Limit.Usd,
            ["spentUsd"] = statement.Spent.Usd,
            ["reservedUsd"] = statement.Reserved.Usd,
            ["availableUsd"] = statement.Available.Usd,
        })]),
    };

    private static Task WriteAsync(HttpContext context, int status, JsonNode body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = Json;
        return context.Response.WriteAsync(body.ToJsonString());
    }
}
