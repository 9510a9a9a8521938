using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace Vouch.Security.RateLimiting;

/// <summary>A decision as System.Threading.RateLimiting hands it out.</summary>
internal sealed class DecisionLease(RateLimitDecision decision) : RateLimitLease
{
    private static readonly string[] Names = [RateLimitMetadata.Decision.Name, MetadataName.RetryAfter.Name];

    public override bool IsAcquired => decision.IsGranted;

    public override IEnumerable<string> MetadataNames => Names;

    public override bool TryGetMetadata(string metadataName, [MaybeNullWhen(false)] out object? metadata)
    {
        if (metadataName == RateLimitMetadata.Decision.Name)
        {
            metadata = decision;
            return true;
        }

        metadata = metadataName == MetadataName.RetryAfter.Name ? decision.RetryAfter : null;
        return metadata is not null;
    }
}
