using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Vouch.Observability.Health;

namespace Vouch.AspNetCore.Health;

/// <summary>Serves health over HTTP.</summary>
internal static class HealthEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints)
    {
        HealthEndpointOptions options = endpoints.ServiceProvider.GetRequiredService<IOptions<AspNetCoreOptions>>().Value.Health;
        HealthMonitor monitor = endpoints.ServiceProvider.GetRequiredService<HealthMonitor>();
        RouteGroupBuilder group = endpoints.MapGroup(string.Empty);
        Add(options.HealthPath, HealthProbe.All, asJson: false);
        Add(options.ReadyPath, HealthProbe.Readiness, asJson: false);
        Add(options.LivePath, HealthProbe.Liveness, asJson: false);
        Add(options.ApiHealthPath, HealthProbe.All, asJson: true);
        Add(options.ApiReadyPath, HealthProbe.Readiness, asJson: true);
        return group;

        void Add(string path, HealthProbe probe, bool asJson)
        {
            if (path.Length > 0)
            {
                group.MapMethods(path, Methods, context => AnswerAsync(context, monitor, probe, asJson, options.ShowDescriptions)).WithDisplayName($"Vouch {probe} at {path}");
            }
        }
    }

    private static async Task AnswerAsync(HttpContext context, HealthMonitor monitor, HealthProbe probe, bool asJson, bool showDescriptions)
    {
        SystemHealth health = await monitor.CheckAsync(probe, context.RequestAborted).ConfigureAwait(false);
        HttpResponse response = context.Response;
        response.StatusCode = health.Passes ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        response.Headers.CacheControl = "no-store, no-cache";
        response.Headers.Pragma = "no-cache";
        response.Headers.Expires = "Thu, 01 Jan 1970 00:00:00 GMT";
        response.Headers.XContentTypeOptions = "nosniff";
        if (!asJson)
        {
            response.Headers.Vary = HeaderNames.Accept;
            asJson = PrefersJson(context.Request);
        }

        ReadOnlyMemory<byte> body = asJson ? Json(health, showDescriptions) : Text(health.State);
        response.ContentType = asJson ? "application/json; charset=utf-8" : "text/plain; charset=utf-8";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    // Only where JSON is named and text is not: browsers and probes that take anything get the word.
    private static bool PrefersJson(HttpRequest request)
    {
        string accept = request.Headers.Accept.ToString();
        return accept.Contains("application/json", StringComparison.OrdinalIgnoreCase) && !accept.Contains("text/", StringComparison.OrdinalIgnoreCase);
    }

    private static ReadOnlyMemory<byte> Text(HealthState state) => state switch
    {
        HealthState.Healthy => "Healthy"u8.ToArray(),
        HealthState.Degraded => "Degraded"u8.ToArray(),
        HealthState.Unknown => "Unknown"u8.ToArray(),
        _ => "Unhealthy"u8.ToArray(),
    };

    private static ReadOnlyMemory<byte> Json(SystemHealth health, bool showDescriptions)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status"u8, Name(health.State));
            json.WriteNumber("score"u8, Math.Round(health.Score, 4));
            json.WriteString("checkedAt"u8, health.CheckedAt);
            json.WriteStartArray("reasons"u8);
            foreach (string reason in health.Reasons)
            {
                json.WriteStringValue(reason);
            }

            json.WriteEndArray();
            json.WriteStartArray("components"u8);
            foreach (ComponentHealth component in health.Components)
            {
                Write(json, component, showDescriptions);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, ComponentHealth component, bool showDescriptions)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, component.Name);
        json.WriteString("status"u8, Name(component.State));
        json.WriteString("cause"u8, Name(component.Cause));
        json.WriteNumber("score"u8, Math.Round(component.Score, 4));
        json.WriteBoolean("critical"u8, component.IsCritical);
        if (component.Age is { } age)
        {
            json.WriteNumber("ageSeconds"u8, Math.Round(age.TotalSeconds, 3));
        }

        json.WriteNumber("durationSeconds"u8, Math.Round(component.Duration.TotalSeconds, 6));
        if (showDescriptions)
        {
            if (component.Description is not null)
            {
                json.WriteString("description"u8, component.Description);
            }

            if (component.Error is not null)
            {
                json.WriteString("error"u8, component.Error);
            }
        }

        json.WriteEndObject();
    }

    private static string Name(HealthState state) => state switch
    {
        HealthState.Healthy => "healthy",
        HealthState.Degraded => "degraded",
        HealthState.Unknown => "unknown",
        _ => "unhealthy",
    };

    private static string Name(HealthCause cause) => cause switch
    {
        HealthCause.Threw => "threw",
        HealthCause.TimedOut => "timed_out",
        HealthCause.Expired => "expired",
        HealthCause.NeverReported => "never_reported",
        HealthCause.Recovering => "recovering",
        HealthCause.Wavering => "wavering",
        _ => "reported",
    };
}
