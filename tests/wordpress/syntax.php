<?php
/**
 * Finds in PHP what PHP 7.4 does not know, token by token.
 *
 * In:  {"files": {name: source}}
 * Out: {name: [[line, what]…]}
 *
 * It need not know more than the plugin could be tempted by: what is newer than the PHP that runs
 * this is refused by `php -l` already.
 */

declare( strict_types=1 );

const NEWER_FUNCTIONS = array(
	'fdiv', 'get_debug_type', 'get_resource_id', 'preg_last_error_msg', 'fsync', 'fdatasync', 'enum_exists',
	'openssl_cipher_key_length', 'curl_upkeep', 'memory_reset_peak_usage', 'ini_parse_quantity', 'json_validate',
	'mb_str_pad', 'mb_trim', 'mb_ltrim', 'mb_rtrim', 'mb_ucfirst', 'mb_lcfirst', 'str_increment', 'str_decrement',
	'array_find', 'array_find_key', 'array_any', 'array_all', 'array_first', 'array_last', 'fpow', 'bcround',
	'bcceil', 'bcfloor', 'bcdivmod', 'request_parse_body', 'http_get_last_response_headers',
	'http_clear_last_response_headers', 'grapheme_str_split', 'stream_context_set_options',
);
const NEWER_TYPES = array( 'mixed', 'static', 'never', 'null', 'false', 'true' );
const MODIFIERS = array( 'public', 'protected', 'private', 'var', 'static', 'final', 'abstract', 'readonly' );

/**
 * A token: its text in lower case, its line, and whether it is a word of the language or a name.
 */
final class Token {
	public string $text;
	public int $line;
	public bool $is_word;

	public function __construct( string $text, int $line ) {
		$this->text    = strtolower( $text );
		$this->line    = $line;
		$this->is_word = 1 === preg_match( '/^[a-z_\\\\][a-z0-9_\\\\]*$/iD', $text );
	}

	public function is( string ...$texts ): bool {
		return in_array( $this->text, $texts, true );
	}

	public function is_variable(): bool {
		return '$' === ( $this->text[0] ?? '' ) && strlen( $this->text ) > 1;
	}
}

/**
 * Walks through one file.
 */
final class Reader {
	/** @var Token[] */
	private array $tokens = array();
	/** @var array<int, array{int, string}> */
	private array $found = array();
	/** @var string[] What each open parenthesis belongs to: 'parameters', 'use', 'call' or ''. */
	private array $open = array();

	public function __construct( string $source ) {
		$line = 1;
		foreach ( token_get_all( $source ) as $token ) {
			list( $id, $text ) = is_array( $token ) ? $token : array( 0, $token );
			$is_comment        = T_COMMENT === $id || T_DOC_COMMENT === $id;
			if ( 0 === strpos( $text, '#[' ) ) {
				$this->found[] = array( $line, 'an attribute' );
			} elseif ( T_WHITESPACE !== $id && ! $is_comment && T_OPEN_TAG !== $id && T_INLINE_HTML !== $id ) {
				// A quoted string is told from words by its quotes; one with variables comes in parts.
				$this->tokens[] = new Token( T_ENCAPSED_AND_WHITESPACE === $id ? '""' : $text, $line );
			}
			$line += substr_count( $text, "\n" );
		}
	}

	/** @return array<int, array{int, string}> */
	public function newer(): array {
		foreach ( $this->tokens as $at => $token ) {
			$this->see_words( $at, $token );
			$this->see_operators( $at, $token );
			$this->see_parentheses( $at, $token );
			$this->see_types( $at, $token );
		}
		return $this->found;
	}

	private function at( int $position ): Token {
		return $this->tokens[ $position ] ?? new Token( '', 0 );
	}

	private function note( Token $token, string $what ): void {
		$this->found[] = array( $token->line, $what );
	}

	private function is_name_of_member( int $at ): bool {
		return $this->at( $at - 1 )->is( '->', '?->', '::', 'function', 'const' );
	}

	private function see_words( int $at, Token $token ): void {
		if ( ! $token->is_word || $this->is_name_of_member( $at ) ) {
			return;
		}
		$next   = $this->at( $at + 1 );
		$before = $this->at( $at - 1 );
		if ( $token->is( 'match' ) && $next->is( '(' ) ) {
			$this->note( $token, 'match' );
		} elseif ( $token->is( 'enum' ) && $next->is_word && ! $next->is( 'extends', 'implements' ) ) {
			$this->note( $token, 'an enum' );
		} elseif ( $token->is( 'readonly' ) && ! $next->is( '(' ) ) {
			$this->note( $token, 'readonly' );
		} elseif ( $token->is( 'throw' ) && ! $this->begins_statement( $at ) ) {
			$this->note( $token, 'throw as an expression' );
		} elseif ( $token->is( 'new' ) ) {
			$this->see_new( $at, $token );
		} elseif ( $token->is( 'instanceof' ) && $next->is( '(' ) ) {
			$this->note( $token, 'an expression after new or instanceof' );
		} elseif ( $token->is( 'catch' ) && ! $this->has_variable_before_closing( $at ) ) {
			$this->note( $token, 'catch without a variable' );
		} elseif ( $token->is( 'const' ) ) {
			$this->see_constant( $at, $token, $before );
		} elseif ( in_array( ltrim( $token->text, '\\' ), NEWER_FUNCTIONS, true ) && $next->is( '(' ) && ! $before->is( 'new' ) ) {
			$this->note( $token, 'a function that is newer: ' . ltrim( $token->text, '\\' ) );
		}
	}

	private function see_operators( int $at, Token $token ): void {
		if ( $token->is( '?->' ) || ( $token->is( '?' ) && $this->at( $at + 1 )->is( '->' ) ) ) {
			$this->note( $token, 'the nullsafe operator' );
		} elseif ( $token->is( '${' ) ) {
			$this->note( $token, '${} in a string, deprecated' );
		} elseif ( preg_match( '/^0o/', $token->text ) || ( $token->is( '0' ) && preg_match( '/^o[0-7]+$/', $this->at( $at + 1 )->text ) ) ) {
			$this->note( $token, 'an octal number with 0o' );
		} elseif ( $token->is( '::' ) && $this->at( $at + 1 )->is( 'class' ) && ! $this->at( $at - 1 )->is_word ) {
			$this->note( $token, '::class of an object' );
		} elseif ( $token->is( ':' ) && $this->at( $at - 1 )->is_word && 'call' === end( $this->open ) && $this->at( $at - 2 )->is( '(', ',' ) ) {
			$this->note( $token, 'a named argument' );
		}
	}

	private function see_parentheses( int $at, Token $token ): void {
		if ( $token->is( '(' ) ) {
			$this->open[] = $this->kind_of_parenthesis( $at );
			if ( $this->at( $at + 1 )->is( '...' ) && $this->at( $at + 2 )->is( ')' ) ) {
				$this->note( $token, 'a first-class callable' );
			}
		} elseif ( $token->is( ')' ) ) {
			$kind = array_pop( $this->open );
			if ( $this->at( $at - 1 )->is( ',' ) && ( 'parameters' === $kind || 'use' === $kind ) ) {
				$this->note( $token, 'a comma behind the last parameter' );
			}
		} elseif ( 'parameters' === end( $this->open ) && $token->is( 'public', 'protected', 'private' ) ) {
			$this->note( $token, 'a promoted property' );
		}
	}

	private function kind_of_parenthesis( int $at ): string {
		$before = $this->at( $at - 1 );
		$first  = $this->at( $at - 2 );
		if ( $before->is( 'function', 'fn' ) || $first->is( 'function' ) || ( $before->is( '&' ) && $first->is( 'function', 'fn' ) ) || ( $first->is( '&' ) && $this->at( $at - 3 )->is( 'function' ) ) ) {
			return 'parameters';
		}
		if ( $before->is( 'use' ) ) {
			return 'use';
		}
		$is_control = $before->is( 'if', 'elseif', 'while', 'for', 'foreach', 'switch', 'catch', 'match', 'declare', 'return', 'and', 'or', 'print', 'echo' );
		return ( $before->is_word && ! $is_control ) || $before->is_variable() || $before->is( ')', ']' ) ? 'call' : '';
	}

	/**
	 * Types stand before a parameter or a property, and behind a function's colon.
	 */
	private function see_types( int $at, Token $token ): void {
		if ( $token->is_variable() && $this->is_declared( $at ) ) {
			$begin = $at - 1;
			while ( $this->at( $begin )->is( '&', '...' ) ) {
				--$begin;
			}
			$type = array();
			for ( ; $this->is_of_type( $this->at( $begin ) ); --$begin ) {
				array_unshift( $type, $this->at( $begin ) );
			}
			$this->see_type( $type, false );
			if ( $type && ! $type[0]->is( '?' ) && $this->at( $at + 1 )->is( '=' ) && $this->at( $at + 2 )->is( 'null' ) ) {
				$this->note( $token, 'nullable by its default, deprecated' );
			}
		} elseif ( $token->is( ':' ) && $this->at( $at - 1 )->is( ')' ) && $this->is_function_before( $at - 1 ) ) {
			$type = array();
			for ( $end = $at + 1; $this->is_of_type( $this->at( $end ) ) || $this->at( $end )->is( 'static' ); ++$end ) {
				$type[] = $this->at( $end );
			}
			$this->see_type( $type, true );
		}
	}

	/**
	 * @param Token[] $type       Its tokens.
	 * @param bool    $is_returned Where `static` is a type.
	 */
	private function see_type( array $type, bool $is_returned ): void {
		foreach ( $type as $token ) {
			if ( $token->is( '|', '&' ) ) {
				$this->note( $token, '|' === $token->text ? 'a union type' : 'an intersection type' );
			} elseif ( in_array( $token->text, NEWER_TYPES, true ) && ( $is_returned || ! $token->is( 'static' ) ) ) {
				$this->note( $token, "the type {$token->text}" );
			}
		}
	}

	private function is_of_type( Token $token ): bool {
		return $token->is( '?', '|', '&' ) || ( $token->is_word && ! in_array( $token->text, MODIFIERS, true ) );
	}

	/** Whether a variable is a parameter, or a property of a class. */
	private function is_declared( int $at ): bool {
		if ( 'parameters' === end( $this->open ) ) {
			return ! $this->at( $at - 1 )->is( '=', '::' );
		}
		$words = array();
		for ( $i = $at - 1; $this->is_of_type( $this->at( $i ) ) || in_array( $this->at( $i )->text, MODIFIERS, true ); --$i ) {
			$words[] = $this->at( $i )->text;
		}
		return (bool) array_intersect( $words, array( 'public', 'protected', 'private', 'var' ) );
	}

	/** Whether the parenthesis that closes here held parameters, or the `use` behind them. */
	private function is_function_before( int $closing ): bool {
		$depth = 0;
		for ( $i = $closing; $i >= 0; --$i ) {
			$depth += $this->at( $i )->is( ')' ) ? 1 : ( $this->at( $i )->is( '(' ) ? -1 : 0 );
			if ( 0 === $depth ) {
				return in_array( $this->kind_of_parenthesis( $i ), array( 'parameters', 'use' ), true );
			}
		}
		return false;
	}

	private function begins_statement( int $at ): bool {
		$before = $this->at( $at - 1 );
		if ( $before->is( ':' ) ) {
			for ( $i = $at - 2; $i >= 0 && ! $this->at( $i )->is( ';', '{', '}' ); --$i ) {
				if ( $this->at( $i )->is( '?' ) ) {
					return false;
				}
			}
			return true;
		}
		return $before->is( '', ';', '{', '}', ')', 'else', 'do' );
	}

	private function see_new( int $at, Token $token ): void {
		if ( $this->at( $at + 1 )->is( '(' ) ) {
			$this->note( $token, 'an expression after new or instanceof' );
		}
		if ( in_array( 'parameters', $this->open, true ) ) {
			$this->note( $token, 'new in an initialiser' );
			return;
		}
		for ( $first = $at; $first > 0 && ! $this->at( $first - 1 )->is( ';', '{', '}' ); --$first ) {
			if ( $this->at( $first )->is( 'function', 'fn' ) ) {
				return;
			}
		}
		$words = $this->at( $first );
		if ( $words->is( 'const', 'public', 'protected', 'private', 'var' ) || ( $words->is( 'static' ) && $this->at( $first + 1 )->is_variable() ) ) {
			$this->note( $token, 'new in an initialiser' );
		}
	}

	private function see_constant( int $at, Token $token, Token $before ): void {
		if ( $before->is( 'final' ) || $this->at( $at - 2 )->is( 'final' ) ) {
			$this->note( $token, 'a final constant' );
		}
		if ( $this->at( $at + 1 )->is_word && $this->at( $at + 2 )->is_word ) {
			$this->note( $token, 'a constant with a type' );
		}
	}

	private function has_variable_before_closing( int $at ): bool {
		for ( $i = $at + 1; ! $this->at( $i )->is( ')', '' ); ++$i ) {
			if ( $this->at( $i )->is_variable() ) {
				return true;
			}
		}
		return false;
	}
}

$found = array();
foreach ( json_decode( (string) file_get_contents( 'php://stdin' ), true )['files'] as $name => $source ) {
	$found[ $name ] = ( new Reader( $source ) )->newer();
}
echo json_encode( (object) $found );
