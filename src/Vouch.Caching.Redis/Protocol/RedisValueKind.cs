namespace Vouch.Caching.Redis.Protocol;

/// <summary>What a <see cref="RedisValue"/> is.</summary>
public enum RedisValueKind
{
    /// <summary>Nothing (<c>_</c>, <c>$-1</c>, <c>*-1</c>).</summary>
    Null = 0,

    /// <summary>Bytes: a simple, bulk or verbatim string.</summary>
    Bytes,

    /// <summary>A 64-bit integer (<c>:</c>).</summary>
    Whole,

    /// <summary>A floating-point number (<c>,</c>).</summary>
    Number,

    /// <summary>True or false (<c>#</c>).</summary>
    Boolean,

    /// <summary>An error that the server answers (<c>-</c>, <c>!</c>).</summary>
    Error,

    /// <summary>A list or a set (<c>*</c>, <c>~</c>).</summary>
    Array,

    /// <summary>Pairs, keys and values in turn (<c>%</c>).</summary>
    Map,

    /// <summary>What the server sends unasked (<c>&gt;</c>).</summary>
    Push,
}
