namespace Vouch.Core.Validation;

/// <summary>
/// Detects that something which only one caller may use at a time is entered again, by another thread or by a callback of the first: it refuses instead of
/// corrupting state. It does not wait; where waiting is wanted, use a lock.
/// </summary>
/// <remarks>Safe to share. Takes no lock and allocates nothing unless it throws.
/// <code>
/// using SingleEntryGuard.Scope entered = _guard.Enter();
/// </code>
/// </remarks>
public sealed class SingleEntryGuard
{
    private readonly string _subject;
    private int _entered;

    /// <summary>Initializes a guard.</summary>
    /// <param name="subject">What it guards, for messages, such as <c>the executor's job</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="subject"/> is blank.</exception>
    public SingleEntryGuard(string subject) => _subject = Boundary.Text(subject);

    /// <summary>Gets whether someone is inside.</summary>
    public bool IsEntered => Volatile.Read(ref _entered) != 0;

    /// <summary>Enters.</summary>
    /// <returns>Leaves when disposed. To be disposed once.</returns>
    /// <exception cref="InvalidOperationException">Someone is inside.</exception>
    public Scope Enter() => TryEnter()
        ? new Scope(this)
        : throw new InvalidOperationException($"{_subject} is in use and does not support concurrent or reentrant use: wait for the first use to end, or use one instance each.");

    /// <summary>Enters where nobody is inside.</summary>
    /// <returns>Whether it entered; then <see cref="Exit"/> leaves.</returns>
    public bool TryEnter() => Interlocked.CompareExchange(ref _entered, 1, 0) == 0;

    /// <summary>Leaves after a successful <see cref="TryEnter"/>.</summary>
    /// <exception cref="InvalidOperationException">Nobody is inside.</exception>
    public void Exit()
    {
        if (Interlocked.Exchange(ref _entered, 0) == 0)
        {
            throw new InvalidOperationException($"{_subject} is left, but nobody is inside: it is left twice.");
        }
    }

    /// <summary>A stay inside a <see cref="SingleEntryGuard"/>.</summary>
    /// <remarks>May cross an <c>await</c>. Not to be copied: each copy would leave.</remarks>
    public readonly struct Scope : IDisposable, IEquatable<Scope>
    {
        private readonly SingleEntryGuard? _guard;

        internal Scope(SingleEntryGuard guard) => _guard = guard;

        /// <summary>Tells whether two scopes belong to one guard.</summary>
        /// <param name="left">The first scope.</param>
        /// <param name="right">The second scope.</param>
        public static bool operator ==(Scope left, Scope right) => left.Equals(right);

        /// <summary>Tells whether two scopes belong to different guards.</summary>
        /// <param name="left">The first scope.</param>
        /// <param name="right">The second scope.</param>
        public static bool operator !=(Scope left, Scope right) => !left.Equals(right);

        /// <summary>Leaves.</summary>
        /// <exception cref="InvalidOperationException">It was left already.</exception>
        public void Dispose() => _guard?.Exit();

        /// <inheritdoc/>
        public bool Equals(Scope other) => ReferenceEquals(_guard, other._guard);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Scope other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(_guard);
    }
}
