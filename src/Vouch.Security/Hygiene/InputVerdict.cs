namespace Vouch.Security.Hygiene;

/// <summary>Whether input is fit to be read, and where it is not.</summary>
/// <param name="Fault">What is wrong; <see cref="InputFault.None"/> where nothing is.</param>
/// <param name="Position">The byte at which it was noticed, from 0; 0 where nothing is wrong.</param>
public readonly record struct InputVerdict(InputFault Fault, long Position = 0)
{
    /// <summary>Gets whether nothing is wrong.</summary>
    public bool IsFit => Fault == InputFault.None;
}
