using System.Net;
using Polly.CircuitBreaker;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Tests.Errors;

public class ErrorClassifierTests
{
    public static TheoryData<Exception, ErrorClass> Known => new()
    {
        { new IOException(), ErrorClass.Transient },
        { new InvalidOperationException(), ErrorClass.Transient },
        { new OperationCanceledException(), ErrorClass.Transient },
        { new HttpRequestException("connection refused"), ErrorClass.Transient },
        { Http(HttpStatusCode.InternalServerError), ErrorClass.Transient },
        { Http(HttpStatusCode.BadGateway), ErrorClass.Transient },
        { Http(HttpStatusCode.TooManyRequests), ErrorClass.Overload },
        { Http(HttpStatusCode.ServiceUnavailable), ErrorClass.Overload },
        { Http(HttpStatusCode.RequestTimeout), ErrorClass.Overload },
        { Http(HttpStatusCode.GatewayTimeout), ErrorClass.Overload },
        { Http(HttpStatusCode.BadRequest), ErrorClass.Permanent },
        { Http(HttpStatusCode.NotFound), ErrorClass.Permanent },
        { new TimeoutException(), ErrorClass.Overload },
        { new TaskCanceledException("timed out", new TimeoutException()), ErrorClass.Overload },
        { new ResourceAllocationException(), ErrorClass.Overload },
        { new BrokenCircuitException(), ErrorClass.Overload },
        { new ArgumentNullException(), ErrorClass.Permanent },
        { new NotSupportedException(), ErrorClass.Permanent },
        { new NotImplementedException(), ErrorClass.Permanent },
        { new ObjectDisposedException("worker"), ErrorClass.Permanent },
        { new UnauthorizedAccessException(), ErrorClass.Permanent },
        { new ConfigurationException(), ErrorClass.Permanent },
        { new PolicyMismatchException(), ErrorClass.Permanent },
        { new AggregateException(new TimeoutException()), ErrorClass.Overload },
        { new AggregateException(new AggregateException(new ArgumentException())), ErrorClass.Permanent },
        { new AggregateException(new TimeoutException(), new ArgumentException()), ErrorClass.Transient },
        { new AggregateException(), ErrorClass.Transient },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void Classify_KnownError_HasItsClass(Exception error, ErrorClass expected)
    {
        ErrorClassifier.Classify(error).Should().Be(expected);
        ErrorClassifier.Classify(new ErrorArguments(new WorkerId("a"), error)).Should().Be(expected);
    }

    [Fact]
    public void Classify_Null_Throws() => FluentActions.Invoking(() => ErrorClassifier.Classify((Exception)null!)).Should().Throw<ArgumentNullException>();

    private static HttpRequestException Http(HttpStatusCode status) => new("status", null, status);
}
