using System.Net;
using System.Net.Http.Headers;

namespace Vouch.Resilience.Errors;

/// <summary>The classification of outcomes that holds unless a host brings its own: that of <see cref="ErrorClassifier"/>, for HTTP responses too, with what they say in Retry-After.</summary>
/// <remarks>Pure and safe to share.</remarks>
public static class OutcomeClassifier
{
    /// <summary>Classifies how an attempt ended.</summary>
    /// <param name="arguments">How it ended.</param>
    /// <returns>
    /// For exceptions the class that <see cref="ErrorClassifier.Classify(Exception)"/> gives. For an <see cref="HttpResponseMessage"/>: <see cref="ErrorClass.Overload"/> for 408, 429, 503 and 504
    /// and for every other failure that carries Retry-After, <see cref="ErrorClass.Transient"/> for other 5xx, success otherwise; the other 4xx are answers. Everything else that was returned is a success.
    /// </returns>
    public static Classification Classify(OutcomeArguments arguments) => arguments switch
    {
        { Error: OverloadException overload } => new Classification(ErrorClass.Overload, overload.RetryAfter),
        { Error: { } error } => new Classification(ErrorClassifier.Classify(error)),
        { Result: HttpResponseMessage { IsSuccessStatusCode: false } response } => ClassifyResponse(response),
        _ => Classification.Success,
    };

    private static Classification ClassifyResponse(HttpResponseMessage response)
    {
        // A date is left alone: it is on the server's clock, and this one may differ.
        RetryConditionHeaderValue? retryAfter = response.Headers.RetryAfter;
        bool isOverload = retryAfter is not null
            || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
        if (isOverload)
        {
            return new Classification(ErrorClass.Overload, retryAfter?.Delta);
        }

        return response.StatusCode >= HttpStatusCode.InternalServerError ? new Classification(ErrorClass.Transient) : Classification.Success;
    }
}
