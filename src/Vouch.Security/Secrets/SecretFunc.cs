namespace Vouch.Security.Secrets;

/// <summary>What is done with the bytes of a secret.</summary>
/// <typeparam name="TState">What is handed to it.</typeparam>
/// <typeparam name="TResult">What it returns.</typeparam>
/// <param name="bytes">The bytes, for the time of the call.</param>
/// <param name="state">What was handed over.</param>
public delegate TResult SecretFunc<in TState, out TResult>(ReadOnlySpan<byte> bytes, TState state)
    where TState : allows ref struct;
