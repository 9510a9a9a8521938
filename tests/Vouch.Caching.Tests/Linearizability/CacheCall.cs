namespace Vouch.Caching.Tests.Linearizability;

/// <summary>What a thread does.</summary>
internal enum CallKind
{
    Get,
    Set,
    Remove,
    GetOrAdd,
    Clear,
    Advance,
}

/// <summary>One call of a program: for Advance, the value is the number of seconds.</summary>
internal readonly record struct CacheCall(CallKind Kind, int Key, int Value)
{
    public override string ToString() => Kind switch
    {
        CallKind.Get or CallKind.Remove => $"{Kind}({Key})",
        CallKind.Clear => "Clear()",
        CallKind.Advance => $"Advance({Value} s)",
        _ => $"{Kind}({Key}, {Value})",
    };
}

/// <summary>A call that was made: what it gave (null for nothing), and when it began and ended, by one counter.</summary>
internal readonly record struct CompletedCall(CacheCall Call, int? Result, int Thread, long Began, long Ended)
{
    public override string ToString() => $"thread {Thread} [{Began}, {Ended}]: {Call} = {Result?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"}";
}
