using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Budgets;

/// <summary>
/// A purse that all callers of a pipeline share: successes fill it, retries and hedges after <see cref="ErrorClass.Overload"/> are paid from it. Retries after fast
/// errors are free: they cost the back end little, and refusing them only turns errors it could have survived into failures.
/// </summary>
/// <remarks>
/// Safe to share and lock-free. What is granted never exceeds <see cref="RetryBudgetOptions.Capacity"/> plus <see cref="RetryBudgetOptions.PerSuccess"/> per success.
/// Source: the token buckets of Finagle's <c>RetryBudget</c> and of gRPC's retry throttling (proposal A6), charged by class of error.
/// </remarks>
public sealed class RetryBudget
{
    private const long Unit = 1000;

    private readonly long _deposit;
    private readonly long _capacity;
    private long _balance;

    /// <summary>Initializes a full budget.</summary>
    /// <param name="options">Its size; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public RetryBudget(RetryBudgetOptions? options = null)
    {
        options ??= new RetryBudgetOptions();
        RetryBudgetOptionsValidator.ThrowIfInvalid(options);
        _deposit = (long)Math.Round(options.PerSuccess * Unit);
        _capacity = options.Capacity * Unit;
        _balance = _capacity;
    }

    /// <summary>Gets how many retries could be paid for at present.</summary>
    /// <value>Not negative, at most <see cref="RetryBudgetOptions.Capacity"/>.</value>
    public double Balance => (double)Volatile.Read(ref _balance) / Unit;

    /// <summary>Notes a success.</summary>
    public void Deposit()
    {
        long balance = Volatile.Read(ref _balance);

        // The usual case, a full purse, writes nothing: callers do not fight over the line.
        while (balance < _capacity)
        {
            long seen = Interlocked.CompareExchange(ref _balance, Math.Min(balance + _deposit, _capacity), balance);
            if (seen == balance)
            {
                return;
            }

            balance = seen;
        }
    }

    /// <summary>Asks to try once more after a failure of a class.</summary>
    /// <param name="error">The class of the failure.</param>
    /// <returns>True where the retry may be made: always after <see cref="ErrorClass.Transient"/>, never after <see cref="ErrorClass.Permanent"/> and <see cref="ErrorClass.Cancelled"/>, and after <see cref="ErrorClass.Overload"/> while it can be paid for.</returns>
    public bool TryWithdraw(ErrorClass error) => error switch
    {
        ErrorClass.Transient => true,
        ErrorClass.Overload => TryWithdraw(),
        _ => false,
    };

    /// <summary>Asks to add one attempt to what a back end has to do, such as a hedge.</summary>
    /// <returns>True where it could be paid for, and was.</returns>
    public bool TryWithdraw()
    {
        long balance = Volatile.Read(ref _balance);
        while (balance >= Unit)
        {
            long seen = Interlocked.CompareExchange(ref _balance, balance - Unit, balance);
            if (seen == balance)
            {
                return true;
            }

            balance = seen;
        }

        return false;
    }
}
