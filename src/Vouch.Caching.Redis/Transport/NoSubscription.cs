namespace Vouch.Caching.Redis.Transport;

/// <summary>What a transport that hears nothing gives back: there is nothing to end.</summary>
internal sealed class NoSubscription : IDisposable
{
    public static readonly NoSubscription Instance = new();

    private NoSubscription()
    {
    }

    public void Dispose()
    {
    }
}
