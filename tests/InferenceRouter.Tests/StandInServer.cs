using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InferenceRouter.Tests;

/// <summary>An OpenAI-compatible server on loopback that does as it is told.</summary>
internal sealed class StandInServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandInServer(WebApplication app) => _app = app;

    public ConcurrentQueue<(JsonNode Body, string? Authorization)> Requests { get; } = new();

    /// <summary>What to answer instead of 200: a status and a Retry-After in seconds.</summary>
    public (int Status, int? RetryAfter)? Failure { get; set; }

    public string Address => _app.Urls.First() + "/v1/";

    public static async Task<StandInServer> StartAsync(string content)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        var server = new StandInServer(app);
        app.MapPost("/v1/chat/completions", context => server.AnswerAsync(context, content));
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, string content)
    {
        JsonNode body = (await JsonNode.ParseAsync(context.Request.Body))!;
        Requests.Enqueue((body, context.Request.Headers.Authorization));
        if (Failure is { } failure)
        {
            context.Response.StatusCode = failure.Status;
            if (failure.RetryAfter is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            await context.Response.WriteAsync("""{"error":{"message":"as told"}}""");
            return;
        }

        if (body["stream"]?.GetValue<bool>() != true)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(new JsonObject
            {
                ["id"] = "chatcmpl-1",
                ["object"] = "chat.completion",
                ["model"] = body["model"]!.DeepClone(),
                ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content }, ["finish_reason"] = "stop" }),
                ["usage"] = new JsonObject { ["prompt_tokens"] = 20, ["completion_tokens"] = 10 },
            }.ToJsonString());
            return;
        }

        context.Response.ContentType = "text/event-stream";
        foreach (string word in content.Split(' '))
        {
            await SendAsync(new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["delta"] = new JsonObject { ["content"] = word } }) }.ToJsonString());
        }

        await SendAsync("""{"choices":[],"usage":{"prompt_tokens":20,"completion_tokens":10}}""");
        await SendAsync("[DONE]");

        async Task SendAsync(string data)
        {
            await context.Response.WriteAsync($"data: {data}\n\n");
            await context.Response.Body.FlushAsync();
        }
    }
}
