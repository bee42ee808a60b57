<?php
/**
 * What the plugin's source declares and calls, read from its tokens.
 *
 * In:  {"files": {name: source}, "calls": [function…]}
 * Out: {name: {"declares": [[kind, name]…], "calls": [[function, [argument…], comment]…]}}
 *
 * An argument that is one quoted text is that text, any other is null. The comment is the one for
 * translators before a call with a placeholder, without its marker; '' where there is none.
 */

declare( strict_types=1 );

/** @return array<int, array{int, string}> */
function tokens_of( string $source ): array {
	$tokens = array();
	foreach ( token_get_all( $source ) as $token ) {
		if ( ! is_array( $token ) ) {
			$tokens[] = array( 0, $token );
		} elseif ( T_WHITESPACE !== $token[0] ) {
			$tokens[] = array( $token[0], $token[1] );
		}
	}
	return $tokens;
}

/** What a quoted text says; null for anything else. */
function said( array $tokens ): ?string {
	if ( 1 !== count( $tokens ) || T_CONSTANT_ENCAPSED_STRING !== $tokens[0][0] ) {
		return null;
	}
	$inner = substr( $tokens[0][1], 1, -1 );
	return "'" === $tokens[0][1][0] ? strtr( $inner, array( "\\'" => "'", '\\\\' => '\\' ) ) : stripcslashes( $inner );
}

/** @return array<int, ?string> */
function arguments_from( array $tokens, int $opening ): array {
	$arguments = array();
	$argument  = array();
	$depth     = 0;
	for ( $at = $opening; $at < count( $tokens ); ++$at ) {
		$text   = $tokens[ $at ][1];
		$depth += in_array( $text, array( '(', '[', '{' ), true ) ? 1 : ( in_array( $text, array( ')', ']', '}' ), true ) ? -1 : 0 );
		if ( 0 === $depth || ( 1 === $depth && ',' === $text ) ) {
			if ( $argument ) {
				$arguments[] = said( $argument );
			}
			$argument = array();
			if ( 0 === $depth ) {
				break;
			}
		} elseif ( $at > $opening && T_COMMENT !== $tokens[ $at ][0] ) {
			$argument[] = $tokens[ $at ];
		}
	}
	return $arguments;
}

/** @return array<string, array> */
function facts_of( string $source, array $wanted ): array {
	$facts   = array( 'declares' => array(), 'calls' => array() );
	$tokens  = tokens_of( $source );
	$comment = '';
	foreach ( $tokens as $at => list( $id, $text ) ) {
		$before = $tokens[ $at - 1 ] ?? array( 0, '' );
		$next   = $tokens[ $at + 1 ] ?? array( 0, '' );
		if ( T_COMMENT === $id && preg_match( '#^/\*\s*translators:\s*(.*?)\s*\*/$#s', $text, $found ) ) {
			$comment = $found[1];
		} elseif ( in_array( $text, array( ';', '{', '}' ), true ) && T_CONSTANT_ENCAPSED_STRING !== $id ) {
			$comment = '';
		} elseif ( T_FUNCTION === $id && T_STRING === $next[0] ) {
			$facts['declares'][] = array( 'function', $next[1] );
		} elseif ( T_CONST === $id || ( T_CLASS === $id && T_STRING === $next[0] ) ) {
			$facts['declares'][] = array( strtolower( $text ), $next[1] );
		} elseif ( T_STRING === $id && '(' === $next[1] && T_FUNCTION !== $before[0] && in_array( $text, $wanted, true ) ) {
			$arguments        = arguments_from( $tokens, $at + 1 );
			$is_told          = false !== strpos( $arguments[0] ?? '', '%' );
			$facts['calls'][] = array( $text, $arguments, $is_told ? $comment : '' );
			$comment          = $is_told ? '' : $comment;
		}
	}
	return $facts;
}

$asked = json_decode( (string) file_get_contents( 'php://stdin' ), true );
$facts = array();
foreach ( $asked['files'] as $name => $source ) {
	$facts[ $name ] = facts_of( $source, $asked['calls'] );
}
echo json_encode( $facts, JSON_THROW_ON_ERROR );
