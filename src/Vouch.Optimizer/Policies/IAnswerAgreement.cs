namespace Vouch.Optimizer.Policies;

/// <summary>Tells whether two answers say the same: the seam where a host hands in its own consensus.</summary>
/// <remarks>Implementations are pure and safe to call from any thread.</remarks>
public interface IAnswerAgreement
{
    /// <summary>Tells whether two final answers agree.</summary>
    /// <param name="first">An answer; blank where none could be read.</param>
    /// <param name="second">Another answer.</param>
    /// <returns>Whether they agree; never for a blank answer.</returns>
    bool Agree(ReadOnlySpan<char> first, ReadOnlySpan<char> second);
}
