namespace Vouch.Caching.Storage;

/// <summary>An entry as of one instant.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Left">How long it is still fresh: zero when it is not, infinite without a limit.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Created">When on the cache's tag clock its value began to be made; <see cref="long.MinValue"/> for one without tags.</param>
internal readonly record struct EntrySnapshot<TValue>(TValue Value, TimeSpan Left, IReadOnlyList<string> Tags, long Created);
