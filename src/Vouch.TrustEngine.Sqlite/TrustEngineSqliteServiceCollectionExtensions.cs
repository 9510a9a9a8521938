using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Sqlite;

namespace Vouch;

/// <summary>Registers Vouch.TrustEngine.Sqlite.</summary>
public static class TrustEngineSqliteServiceCollectionExtensions
{
    /// <summary>Registers an <see cref="AuditLog"/> in the SQLite database <c>audit.db</c>, opened at first use and closed with the host.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice; an audit log that is registered already stays. Resolving it throws <see cref="AuditLogCorruptionException"/> where the database is damaged.</remarks>
    public static IServiceCollection AddVouchSqliteAuditLog(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptionsWithValidateOnStart<SqliteAuditStoreOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SqliteAuditStoreOptions>, SqliteAuditStoreOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SqliteAuditStoreOptions>, SqliteAuditStoreOptionsRules>());
        return services.AddVouchAuditLog(static provider => SqliteAuditStore.Open(provider.GetRequiredService<IOptions<SqliteAuditStoreOptions>>().Value));
    }

    /// <summary>Registers an <see cref="AuditLog"/> in an SQLite database, with options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchSqliteAuditLog(this IServiceCollection services, Action<SqliteAuditStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddVouchSqliteAuditLog().Configure(configure);
    }

    /// <summary>Registers an <see cref="AuditLog"/> in an SQLite database, with options from configuration.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="section">The section that holds <see cref="SqliteAuditStoreOptions"/>.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchSqliteAuditLog(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddVouchSqliteAuditLog().Configure<SqliteAuditStoreOptions>(options => section.Bind(options));
    }

    /// <summary>Adds an audit log in an SQLite database to Vouch.</summary>
    /// <param name="builder">The builder that <see cref="VouchServiceCollectionExtensions.AddVouch"/> hands out.</param>
    /// <param name="configure">Sets options, or null for the defaults.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddSqliteAuditLog(this IVouchBuilder builder, Action<SqliteAuditStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchSqliteAuditLog(configure ?? (static _ => { }));
        return builder;
    }
}
