using Vouch.Core.Models;

namespace Vouch.Resilience.Errors;

/// <summary>What an error is classified by.</summary>
/// <param name="Worker">The worker that was called.</param>
/// <param name="Error">What the call ended in; never null.</param>
public readonly record struct ErrorArguments(WorkerId Worker, Exception Error);
