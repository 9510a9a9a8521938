using System.Net;
using System.Security;
using Vouch.Core.Exceptions;

namespace Vouch.Resilience.Errors;

/// <summary>The classification of errors that holds unless a host brings its own.</summary>
/// <remarks>
/// Pure and safe to share. Types that it does not know are <see cref="ErrorClass.Transient"/>: a retry too many costs one call, a retry too few an answer.
/// </remarks>
public static class ErrorClassifier
{
    private const int MaxDepth = 8;

    /// <summary>Classifies the error of a call.</summary>
    /// <param name="arguments">The worker and the error.</param>
    /// <returns>The class of the error.</returns>
    public static ErrorClass Classify(ErrorArguments arguments) => Classify(arguments.Error);

    /// <summary>Classifies an error.</summary>
    /// <param name="error">The error. An aggregate of exactly one error counts as that error.</param>
    /// <returns>
    /// <see cref="ErrorClass.Overload"/> for time-outs, <see cref="OverloadException"/>, <see cref="ResourceAllocationException"/>, HTTP 408, 429, 503 and 504, and Polly's rejections;
    /// <see cref="ErrorClass.Permanent"/> for misuse and missing features (<see cref="ArgumentException"/>, <see cref="NotSupportedException"/>,
    /// <see cref="NotImplementedException"/>, <see cref="ObjectDisposedException"/>), refused access, Vouch's validation, configuration and policy
    /// exceptions, and other HTTP 4xx; <see cref="ErrorClass.Transient"/> for everything else. A cancellation is a time-out where a
    /// <see cref="TimeoutException"/> caused it (as <see cref="HttpClient"/> reports its own), else transient: the worker dropped the call by itself.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="error"/> is null.</exception>
    public static ErrorClass Classify(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        for (int depth = 0; depth < MaxDepth && error is AggregateException { InnerExceptions: [{ } only] }; depth++)
        {
            error = only;
        }

        return error switch
        {
            TimeoutException or ResourceAllocationException or OverloadException or Polly.ExecutionRejectedException => ErrorClass.Overload,
            OperationCanceledException { InnerException: TimeoutException } => ErrorClass.Overload,
            HttpRequestException { StatusCode: { } status } => Classify(status),
            ArgumentException or NotSupportedException or NotImplementedException or ObjectDisposedException => ErrorClass.Permanent,
            UnauthorizedAccessException or SecurityException => ErrorClass.Permanent,
            InputValidationException or ConfigurationException or PolicyMismatchException => ErrorClass.Permanent,
            _ => ErrorClass.Transient,
        };
    }

    private static ErrorClass Classify(HttpStatusCode status) => status switch
    {
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => ErrorClass.Overload,
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => ErrorClass.Overload,
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => ErrorClass.Permanent,
        _ => ErrorClass.Transient,
    };
}
