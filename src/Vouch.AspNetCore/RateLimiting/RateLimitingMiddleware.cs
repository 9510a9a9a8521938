using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Vouch.Security.Diagnostics;
using Vouch.Security.RateLimiting;

namespace Vouch.AspNetCore.RateLimiting;

/// <summary>Asks the limiter about every request, tells the client what is left, and answers 429 where nothing is.</summary>
internal sealed class RateLimitingMiddleware(RequestDelegate next, IKeyedRateLimiter limiter, SecurityMetrics metrics, IOptions<RateLimitingOptions> options)
{
    private readonly RateLimitingOptions _options = options.Value;

    public async Task InvokeAsync(HttpContext context)
    {
        RateLimitDecision decision = await limiter.AcquireAsync(_options.KeyOf(context), _options.QuantityOf(context), context.RequestAborted).ConfigureAwait(false);
        metrics.Limited(decision.Outcome);
        RateLimitHeaders.Write(context.Response, in decision, decision.Quota, _options.PolicyName);
        if (decision.IsGranted)
        {
            await next(context).ConfigureAwait(false);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        }
    }
}
